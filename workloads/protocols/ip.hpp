// SPDX-License-Identifier: MIT
// IPv4 (RFC 791) and IPv6 (RFC 8200) headers as the protocols read and write them, and the Internet
// checksum (RFC 1071). Options and extension headers are skipped, and never written.
#pragma once

#include <array>
#include <cstring>
#include <string>

#include "runtime/bytes.hpp"
#include "runtime/skb.hpp"

namespace tfm {

inline constexpr std::size_t ipv4_header_bytes = 20;
inline constexpr std::size_t ipv6_header_bytes = 40;
inline constexpr std::uint8_t ip_protocol_tcp = 6, ip_protocol_udp = 17;

/// Offset of the addresses: the source, then the destination.
inline constexpr std::size_t ipv4_addresses_at = 12;
inline constexpr std::size_t ipv6_addresses_at = 8;

constexpr std::size_t ip_header_bytes(bool ipv6) noexcept {
  return ipv6 ? ipv6_header_bytes : ipv4_header_bytes;
}
constexpr std::size_t address_bytes(bool ipv6) noexcept { return ipv6 ? 16 : 4; }

/// An IP header: its length (0: refused), and the protocol number of what follows it.
struct IpHeader {
  std::uint16_t bytes = 0;
  std::uint8_t next = 0;
};

/// The header of a packet. Refuses a packet of the other IP version, a wrong length, a fragment,
/// and fewer than `least` bytes after the header. Does not look at IPv4's options and IPv6's
/// extension headers. Reads nothing beyond skb.length.
inline IpHeader ip_header_of(const Skb& skb, bool ipv6, std::size_t least) noexcept {
  constexpr std::uint16_t fragment = 0x3fff;  // offset and MF
  const std::uint8_t* const ip = skb.data;
  if (skb.length < ip_header_bytes(ipv6) + least) return {};
  if (ipv6) {
    if (ip[0] >> 4 != 6 || load_be16(ip + 4) + ipv6_header_bytes != skb.length) return {};
    return {ipv6_header_bytes, ip[6]};
  }
  const unsigned bytes = (ip[0] & 15U) * 4;
  if (ip[0] >> 4 != 4 || bytes < ipv4_header_bytes || bytes + least > skb.length ||
      load_be16(ip + 2) != skb.length || (load_be16(ip + 6) & fragment) != 0)
    return {};
  return {static_cast<std::uint16_t>(bytes), ip[9]};
}

/// One end of a connection. An IPv4 address takes the first four bytes; the rest is zero.
struct Endpoint {
  std::array<std::uint8_t, 16> address{};
  std::uint16_t port = 0;

  bool operator==(const Endpoint&) const = default;
};

/// Where a packet comes from and goes to.
struct Ends {
  Endpoint source, destination;
};

/// "192.0.2.1" or "2001:db8::1".
std::string address_text(const Endpoint& end, bool ipv6);

/// The pseudo-header that checksums and MACs cover (RFC 9293 §3.1, RFC 8200 §8.1), written to `to`.
/// `tcp_bytes` is the length of TCP header and data. Returns 12 or 40, its length.
inline std::size_t write_pseudo_header(std::uint8_t* to, const std::uint8_t* ip, bool ipv6,
                                       std::uint32_t tcp_bytes) noexcept {
  if (ipv6) {
    std::memcpy(to, ip + ipv6_addresses_at, 32);
    store_be32(to + 32, tcp_bytes);
    store_be32(to + 36, ip_protocol_tcp);
    return 40;
  }
  std::memcpy(to, ip + ipv4_addresses_at, 8);
  store_be32(to + 8, std::uint32_t{ip_protocol_tcp} << 16 | tcp_bytes);
  return 12;
}

/// Whether the byte at `offset` of the IP header is in the pseudo-header or decides where the
/// segment begins and ends. A change of such a byte makes the MAC wrong.
bool ip_header_covered(bool ipv6, std::size_t offset) noexcept;

/// Adds the 16-bit one's complement sum of `bytes` to `sum`. Does not complement the result.
std::uint16_t checksum_add(std::uint16_t sum, std::span<const std::uint8_t> bytes) noexcept;

/// Writes an IP header for `payload_bytes` of `protocol`: DSCP CS6 (network control, RFC 4594), hop
/// limit 255 (RFC 5082), don't fragment, and for IPv4 the header's checksum. Returns its length.
std::size_t write_ip_header(std::uint8_t* to, bool ipv6, const Ends& ends,
                            std::size_t payload_bytes, std::uint16_t id,
                            std::uint8_t protocol = ip_protocol_tcp) noexcept;

}  // namespace tfm
