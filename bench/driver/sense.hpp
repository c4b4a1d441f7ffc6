// SPDX-License-Identifier: MIT
// Which blocks make sense: the exclusions in the rows of bench/axes/axes.def, and rules that a row
// cannot say.
#pragma once

#include <string>
#include <vector>

#include "bench/block.hpp"

namespace tfm::bench {

/// The reason why the block makes no sense, or empty.
std::string nonsense(const Block& block, const std::vector<std::string>& strategies);

/// The reason why the strategy would refuse some of the block's sockets, or empty. The strategy
/// must exist, and the block must make sense.
std::string refusal(const Block& block, const std::string& strategy);

}  // namespace tfm::bench
