// SPDX-License-Identifier: MIT
// Time stamps: the time-stamp counter where the machine has one, calibrated against the monotonic
// clock when the process starts; the monotonic clock elsewhere.
#pragma once

#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace tfm::bench {

/// In ticks; only differences mean anything. Not serialising: stamps stand around batches, or,
/// where each packet is stamped, their cost and overlap are reported beside the figures.
inline std::uint64_t stamp() noexcept {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// Converts ticks to nanoseconds.
class Clock {
 public:
  /// Calibrates over 20 ms.
  Clock() noexcept;
  double ns(std::uint64_t ticks) const noexcept {
    return static_cast<double>(ticks) * ns_per_tick_;
  }
  std::uint64_t ticks(double ns) const noexcept {
    return static_cast<std::uint64_t>(ns / ns_per_tick_);
  }
  /// Cost of one stamp(), ns: the median over many.
  double stamp_ns() const noexcept { return stamp_ns_; }

 private:
  double ns_per_tick_;
  double stamp_ns_;
};

}  // namespace tfm::bench
