// SPDX-License-Identifier: MIT
// Input and output of open loop: the arrivals of packets, and their latencies.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/histogram.hpp"
#include "bench/machine/clock.hpp"

namespace tfm::bench {

/// Between two stamps of open loop there is at most one packet. If more time than this has passed,
/// the thread was not running: it was preempted, or the hypervisor took its core.
inline constexpr double absence_ns = 100'000;

/// Per-packet latencies of open loop, ns.
struct Latencies {
  Histogram response;          ///< intended arrival to end
  Histogram service;           ///< begin to end
  Histogram lateness;          ///< intended arrival to begin
  std::uint64_t absences = 0;  ///< how often the thread did not run for more than absence_ns

  void merge(const Latencies& other) noexcept {
    response.merge(other.response);
    service.merge(other.service);
    lateness.merge(other.lateness);
    absences += other.absences;
  }
};

/// Packet i is meant to arrive at begin + arrivals[i] * mean_gap_ticks.
struct OpenLoop {
  const Clock* clock;
  const std::vector<double>* arrivals;
  double mean_gap_ticks;
};

}  // namespace tfm::bench
