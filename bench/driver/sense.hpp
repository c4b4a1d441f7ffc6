// SPDX-License-Identifier: MIT
// Which blocks make sense: what the rows of bench/axes/axes.def exclude, and what takes more than a
// row can say.
#pragma once

#include <string>
#include <vector>

#include "bench/block.hpp"

namespace tfm::bench {

/// Why the block makes no sense; empty where it does.
std::string nonsense(const Block& block, const std::vector<std::string>& strategies);

/// Why a strategy that exists cannot run a block that makes sense: it would refuse some of its
/// sockets. Empty where it can.
std::string refusal(const Block& block, const std::string& strategy);

}  // namespace tfm::bench
