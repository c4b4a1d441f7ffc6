// SPDX-License-Identifier: MIT
// Which combinations of axes make sense, and which passes measure them.
#pragma once

#include <string>
#include <vector>

#include "bench/driver/matrix.hpp"

namespace tfm::bench {

/// The passes that say something about such a block.
Passes suited_passes(const Block& block);

/// Why the combination makes no sense; empty where it does.
std::string nonsense(const Block& block, const std::vector<std::string>& strategies);

/// Why a strategy that exists cannot run a block that makes sense: it would refuse some of its
/// sockets. Empty where it can.
std::string refusal(const Block& block, const std::string& strategy);

}  // namespace tfm::bench
