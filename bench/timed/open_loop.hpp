// SPDX-License-Identifier: MIT
// Open loop: packets arrive when they are meant to, at a share of the capacity that the baseline
// was found to have, whether or not the strategy keeps up.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bench/cell/roles.hpp"
#include "bench/turns/turns.hpp"

namespace tfm::bench {

struct OfferedLoad {
  double capacity_pps;  ///< the baseline's, all CPUs together, per-packet stamps included
  double offered_pps;   ///< the same for every cell
};

/// What all open-loop turns of one cell gave.
struct OpenLoopTurns {
  Latencies latencies;  ///< disturbed turns left out
  std::uint64_t turns = 0, turns_disturbed = 0;
  Tally tally;  ///< warm-up included
};

struct OpenLoopResult {
  OfferedLoad load;
  std::vector<OpenLoopTurns> cells;  ///< in the order asked
};

/// Finds the capacity of the cell at `baseline` (all packets due at once, stamped like the measured
/// ones), then takes plan.laps turns of every cell at `share` (0 to 1) of it, Poisson arrivals.
OpenLoopResult run_open_loop(std::span<CellArrivals* const> cells, std::size_t baseline,
                             double share, const TurnPlan& plan, Team& team, const Clock& clock,
                             std::uint64_t seed);

}  // namespace tfm::bench
