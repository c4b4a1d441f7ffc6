// SPDX-License-Identifier: MIT
// A packet as the strategies and protocols see it.
#pragma once

#include <cstdint>
#include <span>

namespace tfm {

/// TX is signed in process context, RX verified in softirq.
enum class Direction : std::uint8_t { tx = 0, rx = 1 };

/// Points at an IP packet that others own.
struct Skb {
  std::uint8_t* data;    ///< the network header's first byte
  std::uint32_t socket;  ///< which socket it belongs to (what the demultiplexer would find)
  std::uint16_t length;  ///< bytes from the network header on
  Direction direction;
  bool forged;  ///< one bit of it is wrong; must be refused. Only the harness looks.

  std::span<std::uint8_t> bytes() const noexcept { return {data, length}; }
};

}  // namespace tfm
