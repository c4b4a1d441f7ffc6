// SPDX-License-Identifier: MIT
// The parts that the result files of all passes have in common.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "bench/block.hpp"
#include "bench/cell/tally.hpp"
#include "bench/machine/huge_pages.hpp"
#include "bench/machine/machine_watch.hpp"

namespace tfm::bench {

/// Facts about a round of a pass that is repeated.
struct RoundFacts {
  double duration_ns = 0;  ///< of the whole round
  double stamp_ns = 0;     ///< cost of one time stamp
  MachineEvents machine;   ///< while it was timed
  bool pinned = false;
  std::optional<HugePageShare> pages;  ///< once it was timed; nothing if the kernel says nothing
};

/// The head of every round file.
nlohmann::json round_head(const RoundRequest& request, double duration_ns);

/// The head of a round that is repeated. Its load is null until the pass sets it.
nlohmann::json repeated_round_head(const RoundRequest& request, const RoundFacts& facts);

/// A cell's head.
nlohmann::json cell_head(const std::string& name, const std::string& strategy, bool aa = false);

/// Adds a cell's counters.
void add_tally(nlohmann::json& cell, const Tally& tally);

/// Rounds to a picosecond, so that files stay small.
double rounded(double ns);

}  // namespace tfm::bench
