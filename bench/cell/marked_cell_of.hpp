// SPDX-License-Identifier: MIT
// Makes the marked cells of one protocol. marked_cells.cpp compiles it once for each registered
// protocol.
#pragma once

#include <string_view>

#include "bench/cell/marked_cell.hpp"
#include "bench/cell/workload_of.hpp"

namespace tfm::bench {

/// Errors: those of Workload::cell(); eopnotsupp for strategies with operations that end later.
template <Protocol P>
Result<std::unique_ptr<MarkedCell>> marked_cell_of(const WorkloadOf<P>& workload,
                                                   const Block& block, std::string_view strategy,
                                                   std::uint64_t seed);

}  // namespace tfm::bench
