// SPDX-License-Identifier: MIT
// Fixed work beside every batch. Its time shows whether the machine had the same speed for all
// batches.
#pragma once

#include <array>
#include <cstdint>

#include "bench/machine/clock.hpp"

namespace tfm::bench {

/// Ticks for a fixed, throughput-bound amount of work, about 1 µs. A chain of dependent operations
/// would not show the speed states of a virtual machine; eight independent ones do.
inline std::uint64_t probe() noexcept {
  std::array<std::uint64_t, 8> lanes{1, 2, 3, 4, 5, 6, 7, 8};
  const std::uint64_t begin = stamp();
  for (unsigned i = 0; i < 128; ++i) {
    for (std::uint64_t& lane : lanes) lane = lane * 0x9e3779b97f4a7c15 + (lane >> 7);
    asm volatile("" : "+m"(lanes));
  }
  return stamp() - begin;
}

}  // namespace tfm::bench
