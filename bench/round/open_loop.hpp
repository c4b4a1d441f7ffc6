// SPDX-License-Identifier: MIT
// Open loop: packets arrive when they are meant to, at a share of the capacity that the baseline
// was found to have, whether or not the strategy keeps up.
#pragma once

#include "bench/round/turns.hpp"

namespace tfm::bench {

struct OfferedLoad {
  double capacity_pps;  ///< the baseline's, all CPUs together, per-packet stamps included
  double offered_pps;   ///< the same for every cell
};

/// Finds the baseline's capacity (all packets due at once, stamped like the measured ones), then
/// takes plan.laps turns of every contender at `share` (0 to 1) of it, Poisson arrivals.
OfferedLoad run_open_loop(std::vector<Contender>& contenders, std::string_view baseline,
                          double share, const TurnPlan& plan, Team& team, const Clock& clock,
                          std::uint64_t seed);

}  // namespace tfm::bench
