// SPDX-License-Identifier: MIT
// The packets of one simulated CPU, drawn and signed before any clock starts. Their bytes are real
// and lie in one piece of memory, in the order of processing. All packets of a poll have one
// direction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/skb.hpp"

namespace tfm {

/// NAPI's weight: the most packets that one poll takes (NAPI_POLL_WEIGHT, netdevice.h).
inline constexpr unsigned poll_packets = 64;

/// A packet that is drawn but not yet built.
struct PlannedPacket {
  std::uint32_t socket;
  std::uint16_t payload;  ///< bytes
  std::uint16_t length;   ///< of the packet, headers and trailers included
};

class Trace {
 public:
  /// Makes packets for the planned sockets and lengths; their bytes are still zero. Each packet has
  /// its own cache lines, as a driver's buffers do, with `headroom_bytes` before it
  /// (Skb::headroom_for()). Even polls are TX, odd polls are RX.
  explicit Trace(const std::vector<PlannedPacket>& plan, std::size_t headroom_bytes = 0)
      : polls_(plan.size() / poll_packets) {
    std::size_t bytes = 0;
    for (const PlannedPacket& p : plan) bytes += headroom_bytes + room_for(p.length);
    arena_ = std::make_unique<std::uint8_t[]>(bytes + line);
    skbs_.reserve(plan.size());
    const auto address = reinterpret_cast<std::uintptr_t>(arena_.get());
    std::uint8_t* place = arena_.get() + (line - address % line) % line;
    for (const PlannedPacket& p : plan) {
      place += headroom_bytes;
      Skb& skb = skbs_.emplace_back();
      skb.data = place;
      skb.socket = p.socket;
      skb.length = p.length;
      skb.direction = direction_of(skbs_.size() - 1);
      skb.headroom_lines = headroom_bytes / line & 0x3f;
      place += room_for(p.length);
    }
  }

  static constexpr Direction direction_of(std::size_t packet) noexcept {
    return packet / poll_packets % 2 == 0 ? Direction::tx : Direction::rx;
  }

  std::vector<Skb>& skbs() noexcept { return skbs_; }
  const std::vector<Skb>& skbs() const noexcept { return skbs_; }
  std::size_t polls() const noexcept { return polls_; }
  const Skb* poll(std::size_t i) const noexcept { return &skbs_[i * poll_packets]; }

 private:
  static constexpr std::size_t line = Skb::headroom_line_bytes;
  static constexpr std::size_t room_for(std::size_t length) noexcept {
    return (length + line - 1) / line * line;
  }

  std::unique_ptr<std::uint8_t[]> arena_;
  std::vector<Skb> skbs_;
  std::size_t polls_;
};

}  // namespace tfm
