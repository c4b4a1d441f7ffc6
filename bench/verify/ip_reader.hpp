// SPDX-License-Identifier: MIT
// A captured IP packet in the form that the protocols read: IPv4, or IPv6 without extension
// headers, cut to its own length.
#pragma once

#include <vector>

#include "runtime/skb.hpp"
#include "workloads/protocols/tcp.hpp"

namespace tfm::bench {

struct PlainPacket {
  enum class Kind : std::uint8_t {
    other,    ///< not TCP, or not a valid segment
    cut,      ///< TCP, but incomplete: a fragment, a snapshot, a length of 0 (offload)
    segment,  ///< a whole TCP segment
  };
  Kind kind = Kind::other;
  bool ipv6 = false;
  /// The packet. If kind is `cut`: the captured bytes from the TCP header.
  std::vector<std::uint8_t> bytes;

  Skb skb() noexcept {
    return {bytes.data(), 0, static_cast<std::uint16_t>(bytes.size()), Direction::tx, false};
  }
};

PlainPacket read_ip(Bytes captured);

/// Whether the TCP options can contain TCP-AO: they do, or the capture ends before the options.
/// `tcp` starts with the TCP header.
bool may_carry_ao(Bytes tcp) noexcept;

}  // namespace tfm::bench
