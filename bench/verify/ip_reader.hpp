// SPDX-License-Identifier: MIT
// A captured IP packet made plain: IPv4, or IPv6 without extension headers, cut to its own length,
// as the protocols read it.
#pragma once

#include <vector>

#include "runtime/skb.hpp"
#include "workloads/protocols/tcp.hpp"

namespace tfm::bench {

struct PlainPacket {
  enum class Kind : std::uint8_t {
    other,    ///< not TCP, or nothing that a receiver would take for a segment
    cut,      ///< TCP, but not all of it is here: a fragment, a snapshot, a length of 0 (offload)
    segment,  ///< a whole TCP segment
  };
  Kind kind = Kind::other;
  bool ipv6 = false;
  /// The packet; where it was cut, what is left of it from the TCP header on.
  std::vector<std::uint8_t> bytes;

  Skb skb() noexcept {
    return {bytes.data(), 0, static_cast<std::uint16_t>(bytes.size()), Direction::tx, false};
  }
};

PlainPacket read_ip(Bytes captured);

/// Whether options may hold TCP-AO: the option is there, or the capture ends before they do.
/// `tcp` starts with the TCP header.
bool may_carry_ao(Bytes tcp) noexcept;

}  // namespace tfm::bench
