// SPDX-License-Identifier: MIT
// Which blocks of a plan `tfmbench count` counts, and with which strategies.
#pragma once

#include <string>
#include <vector>

#include "bench/driver/plan.hpp"

namespace tfm::bench {

struct CountedBlocks {
  std::vector<PlannedBlock> blocks;   ///< each with one strategy at least
  std::vector<std::string> left_out;  ///< a line each: which block or strategy, and why
};

/// A turn sends a packet of each socket, and knows nothing of axes such as cache and load. These
/// get their defaults, and what is the same then is counted once.
CountedBlocks counted_blocks(const Plan& plan);

}  // namespace tfm::bench
