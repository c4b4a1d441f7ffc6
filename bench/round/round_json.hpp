// SPDX-License-Identifier: MIT
// What the result files of all kinds of rounds have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bench/round/round.hpp"

namespace tfm::bench {

/// The keys of every round's head.
nlohmann::json round_head(const RoundRequest& request, double duration_ns);

/// Adds those of rounds that are repeated.
void add_machine(nlohmann::json& file, const RoundRequest& request, double stamp_ns,
                 const MachineEvents& machine, bool pinned);

/// Adds a cell's counters.
void add_tally(nlohmann::json& cell, const Tally& tally);

/// To a picosecond, so that files stay small.
double rounded(double ns);

}  // namespace tfm::bench
