// SPDX-License-Identifier: MIT
#include "workloads/protocols/tcp.hpp"

#include <limits>

namespace tfm {
namespace {

constexpr std::uint8_t option_end = 0, option_nop = 1;
constexpr std::uint16_t window = 0xffff;

std::uint16_t pseudo_header_sum(const std::uint8_t* ip, bool ipv6, std::uint32_t bytes) noexcept {
  std::uint8_t pseudo[40];
  const std::size_t length = write_pseudo_header(pseudo, ip, ipv6, bytes);
  return checksum_add(0, {pseudo, length});
}

}  // namespace

std::uint16_t find_auth_option(TcpSegment segment, std::uint8_t kind,
                               std::uint8_t length) noexcept {
  const std::uint8_t* tcp = segment.header;
  const std::uint32_t header_bytes = segment.header_bytes;
  std::uint16_t found = 0;
  std::uint32_t at = tcp_header_bytes;
  while (at < header_bytes && tcp[at] != option_end) {
    if (tcp[at] == option_nop) {
      ++at;
      continue;
    }
    if (at + 1 >= header_bytes) return 0;
    const std::uint32_t bytes = tcp[at + 1];
    if (bytes < 2 || at + bytes > header_bytes) return 0;
    if (tcp[at] == tcp_option_ao || tcp[at] == tcp_option_md5) {
      if (found != 0 || tcp[at] != kind || bytes != length) return 0;
      found = static_cast<std::uint16_t>(at);
    }
    at += bytes;
  }
  return found;
}

bool auth_option_covers(const Skb& skb, const TcpSegment& segment, bool ipv6, Bytes options,
                        std::size_t offset) noexcept {
  if (offset >= skb.length) return false;
  const std::uint8_t* byte = skb.data + offset;
  const std::uint8_t* tcp = segment.header;
  if (byte < tcp) return ip_header_covered(ipv6, offset);
  if (byte == tcp + 16 || byte == tcp + 17) return false;
  if (byte < tcp + tcp_header_bytes || byte >= tcp + segment.header_bytes) return true;
  return byte >= options.data() && byte < options.data() + options.size();
}

std::size_t write_tcp(const TcpFields& fields, bool ipv6, std::size_t payload_bytes,
                      MutableBytes packet) noexcept {
  const std::size_t header_bytes = tcp_header_bytes + fields.options.size();
  const std::size_t bytes = header_bytes + payload_bytes;
  const std::size_t total = ip_header_bytes(ipv6) + bytes;
  if (total > packet.size() || total > std::numeric_limits<std::uint16_t>::max()) return 0;

  std::uint8_t* tcp =
      packet.data() + write_ip_header(packet.data(), ipv6, {fields.source, fields.destination},
                                      bytes, static_cast<std::uint16_t>(fields.sequence));
  store_be16(tcp, fields.source.port);
  store_be16(tcp + 2, fields.destination.port);
  store_be32(tcp + 4, fields.sequence);
  store_be32(tcp + 8, fields.acknowledgement);
  tcp[12] = static_cast<std::uint8_t>(header_bytes / 4 << 4);
  tcp[13] = fields.flags;
  store_be16(tcp + 14, window);
  store_be16(tcp + 16, pseudo_header_sum(packet.data(), ipv6, static_cast<std::uint32_t>(bytes)));
  store_be16(tcp + 18, 0);
  std::memcpy(tcp + tcp_header_bytes, fields.options.data(), fields.options.size());
  return total;
}

void complete_tcp_checksum(const Skb& skb, bool ipv6) noexcept {
  const TcpSegment segment = find_tcp(skb, ipv6);
  if (!segment) return;
  store_be16(segment.header + 16, 0);
  const std::uint16_t sum = pseudo_header_sum(skb.data, ipv6, segment.bytes);
  store_be16(segment.header + 16,
             static_cast<std::uint16_t>(~checksum_add(sum, {segment.header, segment.bytes})));
}

}  // namespace tfm
