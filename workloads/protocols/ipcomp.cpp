// SPDX-License-Identifier: MIT
#include "workloads/protocols/ipcomp.hpp"

#include <algorithm>

#include "runtime/rng.hpp"

namespace tfm {
namespace {

constexpr std::uint64_t salt_payload = 0x69706370;

constexpr std::string_view fields[] = {"Host: www.example.",
                                       "Accept: text/html, text/",
                                       "Accept-Language: en-GB,en;q=0.",
                                       "Accept-Encoding: ",
                                       "Cache-Control: max-age=",
                                       "Content-Type: application/",
                                       "Content-Length: ",
                                       "Connection: keep-alive, ",
                                       "Cookie: session=",
                                       "ETag: \"5f3c-",
                                       "Last-Modified: Wed, ",
                                       "Referer: https://www.example.org/",
                                       "User-Agent: Mozilla/",
                                       "Server: Apache/2.4.",
                                       "Vary: Accept-Encoding, ",
                                       "X-Forwarded-For: 198.18.0."};
constexpr std::string_view values[] = {"net",        "plain",  "gzip", "json",
                                       "index.html", "Origin", "max",  "zstd"};

/// Writes lines of a field, a value and a random number.
void write_text(MutableBytes to, Rng& rng) noexcept {
  const auto append = [&](std::string_view text) {
    const std::size_t n = std::min(text.size(), to.size());
    std::copy_n(text.begin(), n, to.begin());
    to = to.subspan(n);
  };
  while (!to.empty()) {
    append(fields[rng.below(std::size(fields))]);
    append(values[rng.below(std::size(values))]);
    char number[] = {' ', 0, 0, 0, 0, '\r', '\n'};
    std::uint32_t n = rng.below(10'000);
    for (int digit = 4; digit > 0; --digit, n /= 10)
      number[digit] = static_cast<char>('0' + n % 10);
    append({number, sizeof number});
  }
}

}  // namespace

std::string Ipcomp::key_line(const Connection& connection) const {
  const TcpDraw draw = draw_udp(seed_, connection.index, ipv6_);
  return address_text(draw.local, ipv6_) + ' ' + address_text(draw.remote, ipv6_);
}

std::size_t Ipcomp::build(const Connection& connection, Direction direction, std::uint32_t sequence,
                          std::size_t payload_bytes, MutableBytes packet) const noexcept {
  const std::size_t total = packet_bytes(payload_bytes);
  if (total > packet.size() || total > max_packet_bytes) return 0;
  const Ends ends = draw_udp(seed_, connection.index, ipv6_).ends(direction);
  const std::size_t ip_bytes =
      write_ip_header(packet.data(), ipv6_, ends, udp_header_bytes + payload_bytes,
                      static_cast<std::uint16_t>(sequence), ip_protocol_udp);

  Rng rng(mix_seed(seed_ ^ salt_payload, connection.index,
                   std::uint64_t{sequence} * 2 + static_cast<unsigned>(direction)));
  const MutableBytes payload = packet.subspan(ip_bytes + udp_header_bytes, payload_bytes);
  const bool text = rng.below(4) != 0;
  if (text) {
    write_text(payload, rng);
  } else {
    for (std::uint8_t& byte : payload) byte = static_cast<std::uint8_t>(rng.next());
  }
  write_udp_header(packet.subspan(ip_bytes, udp_header_bytes + payload_bytes), ipv6_, ends);
  return total;
}

Ipcomp::Found Ipcomp::find(const Connection&, const Skb& skb) const noexcept {
  const IpHeader ip = ip_header_of(skb, ipv6_, 0);
  if (ip.bytes == 0 || skb.length > max_packet_bytes) return {};
  std::uint8_t* const payload = skb.data + ip.bytes;
  const auto bytes = static_cast<std::uint16_t>(skb.length - ip.bytes);
  const bool compressed = ip.next == ip_protocol_comp;
  if (compressed) {
    if (bytes <= ipcomp_header_bytes || load_be16(payload + 2) != cpi_deflate) return {};
  } else if (ip.next != ip_protocol_udp) {
    return {};
  }
  return {payload, ip.bytes, bytes, compressed};
}

Errno Ipcomp::output(Request& request, std::uint8_t* scratch, const Connection&, const Skb& skb,
                     Found found, Computed& computed) const noexcept {
  computed.output_bytes = 0;
  if (found.compressed) return Errno::einval;
  if (!needs_operation(found, Direction::tx)) return Errno::ok;
  // Send it compressed only if that is shorter.
  std::uint8_t* const ip = computed.output.data();
  std::uint8_t* const comp = ip + found.ip_bytes;
  const std::size_t most = found.bytes - ipcomp_header_bytes - 1;
  MutableBytes data = by_scratch_ ? MutableBytes{scratch, old_scratch_bytes}
                                  : MutableBytes{comp + ipcomp_header_bytes, most + 1};
  const Errno e = compress(request, {found.payload, found.bytes}, data);
  if (e == Errno::enospc || (!failed(e) && data.size() > most)) return Errno::ok;
  if (failed(e)) return e;
  if (by_scratch_) std::memcpy(comp + ipcomp_header_bytes, data.data(), data.size());

  std::memcpy(ip, skb.data, found.ip_bytes);
  comp[0] = ip_protocol_udp;
  comp[1] = 0;
  store_be16(comp + 2, cpi_deflate);
  computed.output_bytes = found.ip_bytes + ipcomp_header_bytes + data.size();
  finish_header(ip, found.ip_bytes, computed.output_bytes, ip_protocol_comp);
  return Errno::ok;
}

Errno Ipcomp::input(Request& request, std::uint8_t* scratch, const Connection&, const Skb& skb,
                    Found found, Computed& computed) const noexcept {
  computed.output_bytes = 0;
  if (!needs_operation(found, Direction::rx)) return Errno::ok;
  std::uint8_t* const ip = computed.output.data();
  const std::size_t most = max_packet_bytes - found.ip_bytes;
  MutableBytes data = by_scratch_ ? MutableBytes{scratch, old_scratch_bytes}
                                  : MutableBytes{ip + found.ip_bytes, most};
  const Errno e = decompress(
      request, {found.payload + ipcomp_header_bytes, found.bytes - ipcomp_header_bytes}, data);
  if (e == Errno::enospc) return Errno::ebadmsg;  // no packet is that long
  if (failed(e)) return e;
  // No sender sends compressed what did not become shorter.
  if (data.size() > most || data.size() <= found.bytes) return Errno::ebadmsg;
  if (by_scratch_) std::memcpy(ip + found.ip_bytes, data.data(), data.size());

  std::memcpy(ip, skb.data, found.ip_bytes);
  computed.output_bytes = found.ip_bytes + data.size();
  finish_header(ip, found.ip_bytes, computed.output_bytes, found.payload[0]);
  return Errno::ok;
}

void Ipcomp::finish_header(std::uint8_t* ip, std::size_t ip_bytes, std::size_t bytes,
                           std::uint8_t protocol) const noexcept {
  if (ipv6_) {
    store_be16(ip + 4, static_cast<std::uint16_t>(bytes - ipv6_header_bytes));
    ip[6] = protocol;
    return;
  }
  store_be16(ip + 2, static_cast<std::uint16_t>(bytes));
  ip[9] = protocol;
  store_be16(ip + 10, 0);
  store_be16(ip + 10, static_cast<std::uint16_t>(~checksum_add(0, {ip, ip_bytes})));
}

bool Ipcomp::covers(const Skb& skb, std::size_t offset) const noexcept {
  const Found found = find({}, skb);
  if (!found || offset >= skb.length) return false;
  const std::size_t cpi_at = found.ip_bytes + 2U;
  if (found.compressed && (offset == cpi_at || offset == cpi_at + 1)) return true;
  // Lengths, the fragment offset, the protocol.
  if (ipv6_) return offset >= 4 && offset <= 6;
  return offset == 2 || offset == 3 || offset == 7 || offset == 9;
}

}  // namespace tfm
