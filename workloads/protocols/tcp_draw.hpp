// SPDX-License-Identifier: MIT
// What every TCP workload draws for its connections: ends, ISNs, which side opened, master keys.
// Also the parts of a segment that the protocols share. All of it follows from (seed, index).
#pragma once

#include <string>

#include "workloads/protocol.hpp"
#include "workloads/protocols/tcp.hpp"

namespace tfm {

/// A BGP session between this host and a peer. Peers differ in address, so the pair of ends is
/// unique to the index.
struct TcpDraw {
  Endpoint local, remote;
  std::array<std::uint32_t, 2> isn{};  ///< by the direction of the numbered segments
  bool active = false;                 ///< this host sent the SYN

  /// The ends of a packet in that direction.
  Ends ends(Direction d) const noexcept {
    return d == Direction::tx ? Ends{local, remote} : Ends{remote, local};
  }
  std::uint32_t source_isn(Direction d) const noexcept { return isn[static_cast<unsigned>(d)]; }
  std::uint32_t destination_isn(Direction d) const noexcept {
    return isn[1 - static_cast<unsigned>(d)];
  }
};

/// In each direction, one connection in four rolls over: the sequence numbers of its first segments
/// pass 2^32.
TcpDraw draw_tcp(std::uint64_t seed, std::uint32_t index, bool ipv6) noexcept;

/// The direction in which a segment of the handshake goes.
constexpr Direction handshake_direction(bool active, Handshake segment) noexcept {
  return active == (segment == Handshake::syn) ? Direction::tx : Direction::rx;
}

/// A master key of 20 letters and digits. It is text, so that it can be given to other tools.
std::string draw_master_key(std::uint64_t seed, std::uint32_t index);

/// "LOCAL REMOTE KEY": "192.0.2.1:179 198.51.100.7:4711 secret".
std::string tcp_key_line(const TcpDraw& draw, bool ipv6, std::string_view master_key);

/// Established segment `number` with these options. Its sequence number assumes that all earlier
/// segments were full-sized. Sequence numbers repeat after 2^20 segments, so that they stay in the
/// half of the sequence space in which SNEs are unambiguous. The caller owns the options.
TcpFields established_fields(const TcpDraw& draw, Direction direction, std::uint32_t number,
                             Bytes options) noexcept;
/// A segment of the handshake with these options; it has no payload.
TcpFields handshake_fields(const TcpDraw& draw, Handshake segment, Bytes options) noexcept;

inline constexpr std::size_t timestamps_bytes = 12;  ///< two bytes of padding, option 8 of 10 bytes

/// Writes NOP NOP and the timestamps option (RFC 7323 §3.2).
void write_timestamps(std::uint8_t* to, std::uint32_t value, std::uint32_t echo) noexcept;

/// The most that write_handshake_options() writes.
inline constexpr std::size_t handshake_options_bytes = 4 + timestamps_bytes + 4;

/// Writes the options that follow the authentication option in a SYN or SYN-ACK: MSS, timestamps,
/// SACK, window scale, as tcp_options_write() packs them (net/ipv4/tcp_output.c). Returns their
/// length, a multiple of 4.
///
/// A Linux host offers SACK. With TCP-MD5 it offers no timestamps (tcp_syn_options()); with TCP-AO
/// its SYN-ACK drops them if SACK is permitted (tcp_synack_options()). So established segments have
/// no option but the authentication option.
std::size_t write_handshake_options(std::uint8_t* to, bool ipv6, Handshake segment, bool sack,
                                    bool timestamps) noexcept;

/// As write_tcp(), and fills the payload with a BGP message (RFC 4271 §4.1) that has a random body.
/// Payloads below 19 bytes are all random. `index` is the connection's.
std::size_t write_bgp(const TcpFields& fields, bool ipv6, std::uint32_t index,
                      std::size_t payload_bytes, MutableBytes packet) noexcept;

}  // namespace tfm
