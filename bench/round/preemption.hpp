// SPDX-License-Identifier: MIT
// A packet is received while a TX operation of process context is under way on the same CPU. Where
// the strategy keeps bottom halves disabled from start to end, it waits for the end; elsewhere its
// softirq runs in between.
#pragma once

#include <cstdint>

#include "bench/round/cell.hpp"
#include "bench/round/clock.hpp"
#include "bench/round/histogram.hpp"

namespace tfm::bench {

struct Preemption {
  bool held = false;  ///< bottom halves stay disabled from start to end
  std::uint64_t rx_packets = 0, rx_waited = 0;
  std::uint64_t checked = 0, wrong = 0;
  Histogram wait;     ///< from the arrival to the end of the TX operation; empty: none waited
  Histogram section;  ///< of a TX operation, from its start to its end, whoever holds what
  std::uint64_t disturbed = 0;  ///< left out: the thread was away for more than absence_ns
};

/// Once through CPU 0's trace of `polls` polls, the i-th TX packet met by the i-th RX packet, every
/// one checked; then `laps` times over the TX packets, timed. A received packet arrives at a moment
/// of the operation that is drawn evenly. The cell's sockets are open.
Preemption run_preemption(Cell& cell, std::uint64_t polls, unsigned laps, const Clock& clock,
                          std::uint64_t seed);

}  // namespace tfm::bench
