// SPDX-License-Identifier: MIT
// What open loop takes and gives: when packets arrive, and their latencies.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/histogram.hpp"
#include "bench/machine/clock.hpp"

namespace tfm::bench {

/// Between two stamps of open loop lies one packet at most. If it takes longer than this, the
/// thread was not running: preempted, or its core taken away by the hypervisor.
inline constexpr double absence_ns = 100'000;

/// Per-packet latencies of open loop, ns.
struct Latencies {
  Histogram response;          ///< intended arrival to end
  Histogram service;           ///< begin to end
  Histogram lateness;          ///< intended arrival to begin
  std::uint64_t absences = 0;  ///< how often the thread was away for more than absence_ns

  void merge(const Latencies& other) noexcept {
    response.merge(other.response);
    service.merge(other.service);
    lateness.merge(other.lateness);
    absences += other.absences;
  }
};

/// Packets meant to arrive at begin + arrivals[i] * mean_gap_ticks.
struct OpenLoop {
  const Clock* clock;
  const std::vector<double>* arrivals;
  double mean_gap_ticks;
};

}  // namespace tfm::bench
