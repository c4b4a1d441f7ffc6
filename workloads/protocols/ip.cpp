// SPDX-License-Identifier: MIT
#include "workloads/protocols/ip.hpp"

#include <arpa/inet.h>

namespace tfm {

bool ip_header_covered(bool ipv6, std::size_t offset) noexcept {
  const auto within = [offset](std::size_t at, std::size_t bytes) {
    return offset >= at && offset < at + bytes;
  };
  // The total or payload length, the protocol, the addresses, and in IPv4 version and IHL.
  if (ipv6) return within(4, 3) || within(ipv6_addresses_at, 32);
  return offset == 0 || within(2, 2) || offset == 9 || within(ipv4_addresses_at, 8);
}

std::uint16_t checksum_add(std::uint16_t sum, std::span<const std::uint8_t> bytes) noexcept {
  std::uint64_t wide = sum;
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) wide += load_be16(&bytes[i]);
  if (i < bytes.size()) wide += static_cast<std::uint64_t>(bytes[i]) << 8;
  while (wide > 0xffff) wide = (wide & 0xffff) + (wide >> 16);
  return static_cast<std::uint16_t>(wide);
}

std::size_t write_ip_header(std::uint8_t* to, bool ipv6, const Ends& ends,
                            std::size_t payload_bytes, std::uint16_t id,
                            std::uint8_t protocol) noexcept {
  constexpr std::uint8_t traffic_class = 0xc0;
  constexpr std::uint8_t hop_limit = 255;
  if (ipv6) {
    store_be32(to, 6U << 28 | std::uint32_t{traffic_class} << 20);
    store_be16(to + 4, static_cast<std::uint16_t>(payload_bytes));
    to[6] = protocol;
    to[7] = hop_limit;
    std::memcpy(to + ipv6_addresses_at, ends.source.address.data(), 16);
    std::memcpy(to + ipv6_addresses_at + 16, ends.destination.address.data(), 16);
    return ipv6_header_bytes;
  }
  to[0] = 0x45;
  to[1] = traffic_class;
  store_be16(to + 2, static_cast<std::uint16_t>(ipv4_header_bytes + payload_bytes));
  store_be16(to + 4, id);
  store_be16(to + 6, 0x4000);
  to[8] = hop_limit;
  to[9] = protocol;
  store_be16(to + 10, 0);
  std::memcpy(to + ipv4_addresses_at, ends.source.address.data(), 4);
  std::memcpy(to + ipv4_addresses_at + 4, ends.destination.address.data(), 4);
  store_be16(to + 10, static_cast<std::uint16_t>(~checksum_add(0, {to, ipv4_header_bytes})));
  return ipv4_header_bytes;
}

std::string address_text(const Endpoint& end, bool ipv6) {
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(ipv6 ? AF_INET6 : AF_INET, end.address.data(), text, sizeof text);
}

}  // namespace tfm
