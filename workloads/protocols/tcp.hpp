// SPDX-License-Identifier: MIT
// TCP segments (RFC 9293): finding one in a packet, with all lengths checked; writing one; and
// finding its authentication option.
#pragma once

#include "runtime/algorithm.hpp"
#include "workloads/protocols/ip.hpp"

namespace tfm {

inline constexpr std::size_t tcp_header_bytes = 20;  ///< without options
inline constexpr std::size_t max_tcp_header_bytes = 60;
inline constexpr std::uint8_t tcp_option_md5 = 19;  ///< RFC 2385
inline constexpr std::uint8_t tcp_option_ao = 29;   ///< RFC 5925

namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10;
}

/// A TCP segment inside a packet. `header` is null if the packet is malformed. The struct fits in
/// two registers: in memory, each copy would cost the fast path a store-forwarding stall.
struct TcpSegment {
  std::uint8_t* header = nullptr;
  std::uint16_t header_bytes = 0;  ///< with options
  std::uint16_t bytes = 0;         ///< header and data
  std::uint16_t auth_option = 0;   ///< its offset in the header; 0: none, or not looked for

  explicit operator bool() const noexcept { return header != nullptr; }
  std::uint16_t source_port() const noexcept { return load_be16(header); }
  std::uint16_t destination_port() const noexcept { return load_be16(header + 2); }
  std::uint32_t sequence() const noexcept { return load_be32(header + 4); }
  std::uint8_t flags() const noexcept { return header[13]; }
  Bytes data() const noexcept {
    return {header + header_bytes, static_cast<std::size_t>(bytes - header_bytes)};
  }
};
static_assert(sizeof(TcpSegment) == 16);

/// The segment of a packet with an IP length of exactly skb.length. A null segment if the packet is
/// malformed, a fragment, of the other IP version, or not TCP. Reads nothing beyond skb.length.
inline TcpSegment find_tcp(const Skb& skb, bool ipv6) noexcept {
  const IpHeader ip = ip_header_of(skb, ipv6, tcp_header_bytes);
  if (ip.next != ip_protocol_tcp) return {};
  std::uint8_t* tcp = skb.data + ip.bytes;
  const std::uint32_t bytes = skb.length - std::uint32_t{ip.bytes};
  const std::uint32_t header_bytes = (tcp[12] >> 4) * 4U;
  if (header_bytes < tcp_header_bytes || header_bytes > bytes) return {};
  return {tcp, static_cast<std::uint16_t>(header_bytes), static_cast<std::uint16_t>(bytes)};
}

/// The offset of the option `kind` in the header, in bytes. 0 if the segment must be refused: the
/// option is absent, is not `length` long, or is there twice; there is another authentication
/// option beside it (RFC 5925 §2.2); or any option has a bad length (0, 1, beyond the header).
std::uint16_t find_auth_option(TcpSegment segment, std::uint8_t kind, std::uint8_t length) noexcept;

/// Whether the MAC of an authentication option protects the byte at `offset` of the packet. It
/// protects what the pseudo-header takes from the IP header, and the segment except its checksum
/// and the options outside `options`.
bool auth_option_covers(const Skb& skb, const TcpSegment& segment, bool ipv6, Bytes options,
                        std::size_t offset) noexcept;

/// The fields of a segment. The caller owns the options.
struct TcpFields {
  Endpoint source, destination;
  std::uint32_t sequence = 0, acknowledgement = 0;
  std::uint8_t flags = tcp_flag::ack;
  Bytes options;  ///< a multiple of 4, at most 40 bytes
};

/// Writes IP and TCP headers to the front of `packet`. The `payload_bytes` that follow them stay
/// unchanged. The TCP checksum field holds the pseudo-header's sum, for a device that completes it
/// (CHECKSUM_PARTIAL). Returns the packet's length, or 0 if it does not fit in `packet` or in an IP
/// length.
std::size_t write_tcp(const TcpFields& fields, bool ipv6, std::size_t payload_bytes,
                      MutableBytes packet) noexcept;

/// Completes the TCP checksum as the device would. Call it after the MAC is written.
void complete_tcp_checksum(const Skb& skb, bool ipv6) noexcept;

}  // namespace tfm
