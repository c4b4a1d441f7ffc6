// SPDX-License-Identifier: MIT
// Which axes can be combined, and which passes measure them, according to the rows of the table.
// bench/driver/sense.hpp checks what a row cannot say (a protocol's needs, more sockets than CPUs).
#pragma once

#include <string>
#include <vector>

#include "bench/axes/axis.hpp"

namespace tfm::bench {

/// The passes that can measure this block. Empty only if excluded() gives a reason.
Passes suited_passes(const Block& block);

/// The passes that measure blocks in which the axis has a value other than its default.
Passes passes_of(const Axis& axis);

/// The reason why the block's axes cannot be combined, or empty.
std::string excluded(const Block& block);

/// The reason why the block has no rounds of that pass, or empty. For a round process that is asked
/// for one.
std::string no_such_round(const Block& block, Pass pass);

/// The names in `exclusion.axes`.
std::vector<std::string> names_of(const Exclusion& exclusion);

}  // namespace tfm::bench
