// SPDX-License-Identifier: MIT
// A packet is received while a TX operation of process context is under way on the same CPU. Where
// the strategy keeps bottom halves disabled from start to end, it waits for the end; elsewhere its
// softirq runs in between.
//
// A section is timed from its start to its end, less what a stamp costs. clone_sigpool and tfm_pool
// enable bottom halves within their end, and free thereafter: when they do cannot be seen from
// outside, so that their received packets wait a little less than is said here.
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
  Histogram section;  ///< of a TX operation, from its start to its end, whoever holds what
  std::uint64_t disturbed = 0;  ///< operations left out, see leave_out_interrupted()
  std::uint64_t failed = 0;     ///< operations that failed where they were timed: must be 0
};

/// Removes the sections that were interrupted, and returns how many: those of more than 16 times
/// the median, as they were timed, stamp and all (null's own length is next to nothing). A timer's
/// tick takes as long as a hundred short sections, and comes as often to all strategies: met in
/// proportion to their length, a few such sections would be the 99th percentile.
std::uint64_t leave_out_interrupted(std::vector<double>& sections_ns);

/// What packets wait that arrive while sections of these lengths are under way, ns: as many as
/// there are sections, each at a moment drawn evenly from the time of them all. A long section is
/// met in proportion to its length.
Histogram draw_waits(const std::vector<double>& sections_ns, Rng& rng);

/// Once through CPU 0's trace of `polls` polls, the i-th TX packet met by the i-th RX packet, every
/// one checked; then `laps` times over the TX packets that need an operation, timed. Received
/// packets arrive as draw_waits() has them. The cell's sockets are open.
Preemption run_preemption(Cell& cell, std::uint64_t polls, unsigned laps, const Clock& clock,
                          std::uint64_t seed);

}  // namespace tfm::bench
