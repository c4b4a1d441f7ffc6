// SPDX-License-Identifier: MIT
// A packet is received while a TX operation of process context is in flight on the same CPU. If the
// strategy keeps bottom halves disabled from start to end, the packet waits for the end. Otherwise
// its softirq runs in between.
//
// A section is timed from start to end, minus the cost of a stamp. clone_sigpool and tfm_pool
// enable bottom halves inside end() and then free memory. The moment is not visible from outside,
// so their received packets wait a little less than reported here.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/cell/cell.hpp"
#include "bench/histogram.hpp"
#include "bench/machine/clock.hpp"
#include "runtime/rng.hpp"

namespace tfm::bench {

struct Preemption {
  bool held = false;  ///< bottom halves stay disabled from start to end
  std::uint64_t rx_packets = 0, rx_waited = 0;
  std::uint64_t checked = 0, wrong = 0;
  Histogram wait;     ///< from the arrival to the end of the TX operation; empty: none waited
  Histogram section;  ///< from start to end of a TX operation, for all strategies
  std::uint64_t disturbed = 0;  ///< operations left out, see leave_out_interrupted()
  std::uint64_t failed = 0;     ///< timed operations that failed: must be 0
};

/// Removes the sections that were interrupted, and returns their number. These are sections longer
/// than 16 times the median, with the cost of the stamp included (null's sections alone are almost
/// 0). A timer tick takes as long as a hundred short sections and hits all strategies equally
/// often. Arrivals meet sections in proportion to their length, so a few such sections would decide
/// the 99th percentile.
std::uint64_t leave_out_interrupted(std::vector<double>& sections_ns);

/// The waits, in ns, of packets that arrive during sections of these lengths. There are as many
/// packets as sections. Each arrives at a moment drawn uniformly from the total time of all
/// sections, so it meets long sections in proportion to their length.
Histogram draw_waits(const std::vector<double>& sections_ns, Rng& rng);

/// Runs once through CPU 0's trace of `polls` polls and checks every packet; the i-th RX packet
/// arrives during the i-th TX operation. Then it times the TX packets that need an operation,
/// `laps` times. draw_waits() turns these times into waits. The cell's sockets must be open.
Preemption run_preemption(Cell& cell, std::uint64_t polls, unsigned laps, const Clock& clock,
                          std::uint64_t seed);

}  // namespace tfm::bench
