// SPDX-License-Identifier: MIT
// The floor for strategies, packet/bare/PROVIDER/ALGORITHM/BYTES: direct calls of the provider's
// library on one keyed state in place, with the same message.
#pragma once

#include <cstddef>

#include "runtime/algorithm.hpp"

namespace tfm::micro {

/// Registers the floor of an algorithm, for 1 and 2 threads. Returns false if bare.cpp has no
/// direct calls for it.
bool register_bare(const Algorithm& algorithm, std::size_t bytes);

}  // namespace tfm::micro
