// SPDX-License-Identifier: MIT
#include "bench/verify/ip_reader.hpp"

namespace tfm::bench {
namespace {

using Kind = PlainPacket::Kind;

PlainPacket cut(bool ipv6, Bytes tcp) { return {Kind::cut, ipv6, {tcp.begin(), tcp.end()}}; }

PlainPacket whole(bool ipv6, std::vector<std::uint8_t> bytes) {
  PlainPacket packet{Kind::segment, ipv6, std::move(bytes)};
  if (!find_tcp(packet.skb(), ipv6)) return {};
  return packet;
}

PlainPacket read_ipv4(Bytes ip) {
  if (ip.size() < ipv4_header_bytes) return {};
  const std::size_t header = std::size_t{4} * (ip[0] & 15U);
  if (header < ipv4_header_bytes || ip[9] != ip_protocol_tcp) return {};
  const std::size_t total = load_be16(&ip[2]);
  const std::uint16_t fragment = load_be16(&ip[6]);
  constexpr std::uint16_t more_fragments = 0x2000, offset_mask = 0x1fff;
  if ((fragment & offset_mask) != 0) return {};  // counted with its first fragment
  const Bytes tcp = ip.size() > header ? ip.subspan(header) : Bytes{};
  if ((fragment & more_fragments) != 0 || total == 0 || total > ip.size()) return cut(false, tcp);
  return whole(false, {ip.begin(), ip.begin() + static_cast<std::ptrdiff_t>(total)});
}

/// Where the upper-layer header starts after extension headers (RFC 8200 §4).
struct UpperLayer {
  std::size_t at = 0;
  std::uint8_t protocol = 0;
  bool cut = false;  ///< a fragment, or a routing header with segments left
};

UpperLayer skip_extensions(Bytes ip) noexcept {
  constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment = 44, destination = 60;
  UpperLayer upper{ipv6_header_bytes, ip[6], false};
  while (ip.size() >= upper.at + 8) {
    const std::uint8_t* extension = &ip[upper.at];
    switch (upper.protocol) {
      case hop_by_hop:
      case destination:
        upper.at += 8 + extension[1] * 8U;
        break;
      case routing:
        upper.cut |= extension[3] != 0;  // the pseudo-header needs the last address
        upper.at += 8 + extension[1] * 8U;
        break;
      case fragment: {
        const std::uint16_t word = load_be16(extension + 2);
        if (word >> 3 != 0) return {};  // counted with its first fragment
        upper.cut |= (word & 1) != 0;
        upper.at += 8;
        break;
      }
      default:
        return upper;
    }
    upper.protocol = extension[0];
  }
  return upper;
}

PlainPacket read_ipv6(Bytes ip) {
  if (ip.size() < ipv6_header_bytes) return {};
  const UpperLayer upper = skip_extensions(ip);
  if (upper.protocol != ip_protocol_tcp) return {};
  const std::size_t length = load_be16(&ip[4]);
  const std::size_t total = ipv6_header_bytes + length;
  const Bytes tcp = ip.size() > upper.at ? ip.subspan(upper.at) : Bytes{};
  if (upper.cut || length == 0 || total > ip.size() || total > 0xffff) return cut(true, tcp);
  if (upper.at > total) return {};
  std::vector<std::uint8_t> bytes(ip.begin(), ip.begin() + ipv6_header_bytes);
  bytes.insert(bytes.end(), ip.begin() + static_cast<std::ptrdiff_t>(upper.at),
               ip.begin() + static_cast<std::ptrdiff_t>(total));
  store_be16(&bytes[4], static_cast<std::uint16_t>(total - upper.at));
  bytes[6] = ip_protocol_tcp;
  return whole(true, std::move(bytes));
}

}  // namespace

PlainPacket read_ip(Bytes captured) {
  if (captured.empty()) return {};
  if (captured[0] >> 4 == 4) return read_ipv4(captured);
  if (captured[0] >> 4 == 6) return read_ipv6(captured);
  return {};
}

bool may_carry_ao(Bytes tcp) noexcept {
  constexpr std::size_t data_offset_at = 12, shortest_option = 4;
  if (tcp.size() <= data_offset_at) return true;
  const std::size_t header = std::size_t{4} * (tcp[data_offset_at] >> 4);
  if (header < tcp_header_bytes + shortest_option) return false;
  std::size_t at = tcp_header_bytes;
  while (at < header && at < tcp.size()) {
    const std::uint8_t kind = tcp[at];
    if (kind == 0) return false;
    if (kind == tcp_option_ao) return true;
    if (kind == 1) {
      ++at;
      continue;
    }
    if (at + 1 >= tcp.size()) break;
    if (tcp[at + 1] < 2) return false;
    at += tcp[at + 1];
  }
  return at < header;  // the capture ended before the options did
}

}  // namespace tfm::bench
