// SPDX-License-Identifier: MIT
#include "bench/machine/clock.hpp"

#include <algorithm>
#include <array>

namespace tfm::bench {
namespace {

using Monotonic = std::chrono::steady_clock;

double nanoseconds(Monotonic::duration d) {
  return std::chrono::duration<double, std::nano>(d).count();
}

double calibrate() {
  const auto begin = Monotonic::now();
  const std::uint64_t first = stamp();
  Monotonic::time_point end;
  do {
    end = Monotonic::now();
  } while (end - begin < std::chrono::milliseconds(20));
  return nanoseconds(end - begin) / static_cast<double>(stamp() - first);
}

double measure_stamp(double ns_per_tick) {
  constexpr unsigned stamps = 64;
  std::array<std::uint64_t, 101> runs{};
  for (std::uint64_t& run : runs) {
    const std::uint64_t begin = stamp();
    for (unsigned i = 1; i < stamps; ++i) static_cast<void>(stamp());
    run = stamp() - begin;
  }
  std::nth_element(runs.begin(), runs.begin() + runs.size() / 2, runs.end());
  return static_cast<double>(runs[runs.size() / 2]) * ns_per_tick / stamps;
}

}  // namespace

Clock::Clock() noexcept : ns_per_tick_(calibrate()), stamp_ns_(measure_stamp(ns_per_tick_)) {}

}  // namespace tfm::bench
