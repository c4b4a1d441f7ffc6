// SPDX-License-Identifier: MIT
// A packet as the strategies and protocols see it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tfm {

/// TX is signed in process context or in softirq, RX verified in softirq.
enum class Direction : std::uint8_t { tx = 0, rx = 1 };

/// Points to a packet. Does not own it.
struct Skb {
  std::uint8_t* data;    ///< the network header's first byte (mac80211: the 802.11 header's)
  std::uint32_t socket;  ///< which socket it belongs to (what the demultiplexer would find)
  std::uint16_t length;  ///< bytes from `data` on
  Direction direction;
  bool forged : 1;  ///< must be refused; only the harness reads this
  /// Whole cache lines before `data`, free for use. If not 0, `data` begins a cache line.
  std::uint8_t headroom_lines : 6 = 0;

  static constexpr std::size_t headroom_line_bytes = 64;

  std::span<std::uint8_t> bytes() const noexcept { return {data, length}; }
  std::size_t headroom_bytes() const noexcept { return headroom_lines * headroom_line_bytes; }

  /// What a driver reserves for so many bytes; 0 if no skb has room for them.
  static constexpr std::size_t headroom_for(std::size_t bytes) noexcept {
    const std::size_t lines = (bytes + headroom_line_bytes - 1) / headroom_line_bytes;
    return lines <= 63 ? lines * headroom_line_bytes : 0;
  }
};
static_assert(sizeof(Skb) == 16, "a cache line holds four");

}  // namespace tfm
