// SPDX-License-Identifier: MIT
// What the result files of all passes have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bench/block.hpp"
#include "bench/cell/tally.hpp"
#include "bench/machine/machine_watch.hpp"

namespace tfm::bench {

/// Of a round that is repeated.
struct RoundFacts {
  double duration_ns = 0;  ///< of the whole round
  double stamp_ns = 0;     ///< cost of one time stamp
  MachineEvents machine;   ///< while it was timed
  bool pinned = false;
};

/// The keys of every round's head.
nlohmann::json round_head(const RoundRequest& request, double duration_ns);

/// The head of a round that is repeated. It has no load, unless its pass writes one.
nlohmann::json repeated_round_head(const RoundRequest& request, const RoundFacts& facts);

/// A cell's head.
nlohmann::json cell_head(const std::string& name, const std::string& strategy, bool aa = false);

/// Adds a cell's counters.
void add_tally(nlohmann::json& cell, const Tally& tally);

/// To a picosecond, so that files stay small.
double rounded(double ns);

}  // namespace tfm::bench
