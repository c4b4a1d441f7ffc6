// SPDX-License-Identifier: MIT
// Open loop: packets arrive at their intended times, at a share of the baseline's measured
// capacity, even if the strategy does not keep up.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bench/cell/roles.hpp"
#include "bench/turns/turns.hpp"

namespace tfm::bench {

struct OfferedLoad {
  double capacity_pps;  ///< of the baseline, all CPUs together, including a stamp per packet
  double offered_pps;   ///< the same for every cell
};

/// The results of all open-loop turns of one cell.
struct OpenLoopTurns {
  Latencies latencies;  ///< without disturbed and void turns
  std::uint64_t turns = 0, turns_disturbed = 0;
  std::uint64_t turns_void = 0;  ///< began with upper halves of SIMD registers in use: also dropped
  Tally tally;                   ///< warm-up included
};

struct OpenLoopResult {
  OfferedLoad load;
  std::vector<OpenLoopTurns> cells;  ///< in the order of the argument
};

/// Measures the capacity of the cell at index `baseline` (all packets due at once, stamped like the
/// measured ones). Then it takes plan.laps turns of every cell with Poisson arrivals at `share` (0
/// to 1) of this capacity.
OpenLoopResult run_open_loop(std::span<CellArrivals* const> cells, std::size_t baseline,
                             double share, const TurnPlan& plan, Team& team, const Clock& clock,
                             std::uint64_t seed);

}  // namespace tfm::bench
