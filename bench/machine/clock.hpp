// SPDX-License-Identifier: MIT
// Time stamps. On x86-64: the time-stamp counter, calibrated against the monotonic clock when the
// process starts. Elsewhere: the monotonic clock.
#pragma once

#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace tfm::bench {

/// In ticks; only differences have a meaning. Not serialising: stamps are placed around batches. If
/// each packet is stamped, the cost and overlap of stamps are reported beside the figures.
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
