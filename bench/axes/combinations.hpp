// SPDX-License-Identifier: MIT
// Which axes go together, and which passes measure them, as the table's rows say. What takes more
// than a row can say (a protocol's needs, more sockets than CPUs) is bench/driver/sense.hpp's part.
#pragma once

#include <string>
#include <vector>

#include "bench/axes/axis.hpp"

namespace tfm::bench {

/// The passes that say something about such a block. Empty only where excluded() has a reason.
Passes suited_passes(const Block& block);

/// The passes that measure blocks in which the axis has an unusual value.
Passes passes_of(const Axis& axis);

/// Why the block's axes do not go together; empty where they do.
std::string excluded(const Block& block);

/// Why the block has no rounds of that pass, for a process that is asked for one; empty where it
/// has.
std::string no_such_round(const Block& block, Pass pass);

/// The names of an exclusion.
std::vector<std::string> names_of(const Exclusion& exclusion);

}  // namespace tfm::bench
