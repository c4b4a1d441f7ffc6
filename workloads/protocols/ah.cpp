// SPDX-License-Identifier: MIT
#include "workloads/protocols/ah.hpp"

#include "runtime/rng.hpp"

namespace tfm {
namespace {

constexpr std::uint8_t hop_by_hop = 0, destination_options = 60;

/// Calls f(option) for each IPv4 option that has a length, up to the end of the list. f returns
/// false to stop. Returns whether all lengths were right and f never returned false.
template <class Byte, class F>
bool for_each_ipv4_option(std::span<Byte> options, F&& f) noexcept {
  constexpr std::uint8_t end = 0, nop = 1;
  for (std::size_t at = 0; at < options.size() && options[at] != end;) {
    if (options[at] == nop) {
      ++at;
      continue;
    }
    if (at + 1 == options.size()) return false;
    const std::size_t bytes = options[at + 1];
    if (bytes < 2 || at + bytes > options.size() || !f(options.subspan(at, bytes))) return false;
    at += bytes;
  }
  return true;
}

bool source_route(std::uint8_t type) noexcept { return type == 131 || type == 137; }

/// RFC 4302 appendix A1: security, extended security, commercial security, router alert and
/// sender-directed delivery stay as they are.
bool immutable_ipv4(std::uint8_t type) noexcept {
  return type == 130 || type == 133 || type == 134 || type == 148 || type == 149;
}

/// As above, for the options in an IPv6 options header (RFC 8200 §4.2).
template <class Byte, class F>
bool for_each_ipv6_option(std::span<Byte> header, F&& f) noexcept {
  constexpr std::uint8_t pad1 = 0;
  for (std::size_t at = 2; at < header.size();) {
    if (header[at] == pad1) {
      ++at;
      continue;
    }
    if (at + 1 == header.size()) return false;
    const std::size_t bytes = 2U + header[at + 1];
    if (at + bytes > header.size()) return false;
    f(header.subspan(at, bytes));
    at += bytes;
  }
  return true;
}

}  // namespace

std::size_t Ah::find_behind_options(const Skb& skb, IpHeader ip) noexcept {
  if (ip.next != ip_protocol_ah) return 0;
  const Bytes options{skb.data + ipv4_header_bytes, ip.bytes - ipv4_header_bytes};
  const bool valid = for_each_ipv4_option(options, [](Bytes option) noexcept {
    return !source_route(option[0]) || option.size() >= 7;  // has at least one address
  });
  return valid ? ip.bytes : 0;
}

std::size_t Ah::find_behind_extensions(const Skb& skb) const noexcept {
  std::size_t at = ipv6_header_bytes;
  std::uint8_t next = skb.data[6];
  while (next != ip_protocol_ah) {
    // There is room for AH behind the header, so its first two bytes can be read.
    const std::size_t bytes = (skb.data[at + 1] + std::size_t{1}) * 8;
    if ((next != hop_by_hop && next != destination_options) ||
        at + bytes > max_ipv6_headers_bytes || at + bytes + ah_bytes_ > skb.length ||
        !for_each_ipv6_option(Bytes{skb.data + at, bytes}, [](Bytes) noexcept {}))
      return 0;
    next = skb.data[at];
    at += bytes;
  }
  return at;
}

void Ah::clear_options(std::uint8_t* ip, std::size_t ip_bytes, Direction direction) noexcept {
  const MutableBytes options{ip + ipv4_header_bytes, ip_bytes - ipv4_header_bytes};
  for_each_ipv4_option(options, [&](MutableBytes option) noexcept {
    if (immutable_ipv4(option[0])) return true;
    // The receiver sees itself as the destination, which is the route's last address. If the
    // pointer says that the route is used up, the destination is right already (RFC 791 §3.1).
    if (direction == Direction::tx && source_route(option[0]) && option[2] < option.size())
      std::memcpy(ip + ipv4_addresses_at + 4, &option[option.size() - 4], 4);
    std::memset(option.data(), 0, option.size());
    return true;
  });
}

void Ah::clear_extensions(std::uint8_t* ip, std::size_t ip_bytes) noexcept {
  constexpr std::uint8_t may_change = 0x20;
  for (std::size_t at = ipv6_header_bytes; at < ip_bytes;) {
    const MutableBytes header{ip + at, (ip[at + 1] + std::size_t{1}) * 8};
    for_each_ipv6_option(header, [](MutableBytes option) noexcept {
      if ((option[0] & may_change) != 0) std::memset(&option[2], 0, option.size() - 2);
    });
    at += header.size();
  }
}

Ah::Connection Ah::connection(std::uint32_t index) const noexcept {
  constexpr std::uint64_t salt = 0x6168;
  Rng rng(mix_seed(seed_, salt, index));
  return {.index = index, .spi = draw_spis(rng, index)};
}

std::string Ah::key_line(const Connection& connection) const {
  return association_line(draw_udp(seed_, connection.index, ipv6_), ipv6_, connection.spi,
                          *keys(connection));
}

std::size_t Ah::build(const Connection& connection, Direction direction, std::uint32_t sequence,
                      std::size_t payload_bytes, MutableBytes packet) const noexcept {
  const std::size_t total = packet_bytes(payload_bytes);
  if (total > packet.size() || total > max_packet_bytes) return 0;
  const Ends ends = draw_udp(seed_, connection.index, ipv6_).ends(direction);
  const std::uint32_t spi = connection.spi[static_cast<unsigned>(direction)];

  std::uint8_t* const ah =
      packet.data() + write_ip_header(packet.data(), ipv6_, ends, total - ip_header_bytes(ipv6_),
                                      static_cast<std::uint16_t>(sequence), ip_protocol_ah);
  std::memset(ah, 0, ah_bytes_);
  ah[0] = ip_protocol_udp;
  ah[1] = static_cast<std::uint8_t>(ah_bytes_ / 4 - 2);
  store_be32(ah + 4, spi);
  store_be32(ah + 8, sequence + 1);  // an association's first packet has 1 (§3.3.2)
  write_udp({ah + ah_bytes_, udp_header_bytes + payload_bytes}, ipv6_, ends,
            mix_seed(connection.index, sequence, spi));
  return total;
}

bool Ah::covers(const Skb& skb, std::size_t offset) const noexcept {
  const std::size_t ip_bytes = find_ah(skb);
  if (ip_bytes == 0 || offset >= skb.length) return false;
  if (offset >= ip_bytes) return true;
  // Covered in the fixed header: IPv4's version and IHL, lengths, the identification, the lower
  // byte of the fragment offset, the protocol, addresses.
  if (ipv6_) return (offset >= 4 && offset <= 6) || (offset >= 8 && offset < ipv6_header_bytes);
  return offset == 0 || (offset >= 2 && offset <= 5) || offset == 7 || offset == 9 ||
         (offset >= ipv4_addresses_at && offset < ipv4_header_bytes);
}

}  // namespace tfm
