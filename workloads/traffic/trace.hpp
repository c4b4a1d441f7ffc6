// SPDX-License-Identifier: MIT
// The packets of one simulated CPU, drawn and signed before any clock starts: real bytes in one
// piece of memory, in the order in which they are processed, in polls of one direction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/rng.hpp"
#include "runtime/skb.hpp"

namespace tfm {

/// NAPI's weight: the most packets that one poll takes (NAPI_POLL_WEIGHT, netdevice.h).
inline constexpr unsigned poll_packets = 64;

class Trace {
 public:
  Trace(std::size_t packets, std::size_t bytes) : arena_(new std::uint8_t[bytes]) {
    skbs_.reserve(packets);
    capacity_ = bytes;
  }

  /// Room for a packet of `length`, cache-line aligned as a driver's buffers are. The caller has
  /// made the trace large enough (room_for()).
  Skb& add(std::uint32_t socket, std::uint16_t length, Direction direction) {
    Skb& skb = skbs_.emplace_back(Skb{arena_.get() + used_, socket, length, direction, false});
    used_ += room_for(length);
    return skb;
  }
  static constexpr std::size_t room_for(std::size_t length) noexcept {
    return (length + 63) / 64 * 64;
  }

  /// Even polls are TX, odd ones RX; the last may be short of none: packets() is a multiple.
  static constexpr Direction direction_of(std::size_t packet) noexcept {
    return packet / poll_packets % 2 == 0 ? Direction::tx : Direction::rx;
  }

  const std::vector<Skb>& skbs() const noexcept { return skbs_; }
  std::vector<Skb>& skbs() noexcept { return skbs_; }
  std::size_t polls() const noexcept { return skbs_.size() / poll_packets; }

  /// The same packets with zero MACs and none forged, for `null`; `find_mac` finds a packet's MAC.
  template <class FindMac>
  Trace zeroed(FindMac&& find_mac) const;

 private:
  std::unique_ptr<std::uint8_t[]> arena_;
  std::vector<Skb> skbs_;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace tfm
