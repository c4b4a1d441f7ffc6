// SPDX-License-Identifier: MIT
// A cross-check of a zone's totals: how many pages the same sockets take from a real allocator
// (runtime/allocators/jemalloc_arena.hpp) while they are open and no packet flows. How often this
// allocator refuses is not a result.
#pragma once

#include <cstdint>
#include <string>

#include "bench/cell/workload.hpp"

namespace tfm::bench {

struct ArenaTotals {
  std::uint32_t budget_pages = 0;
  std::uint32_t sockets_open = 0;
  std::uint32_t mapped_pages = 0;  ///< when the sockets are open; never more than the budget
  std::uint64_t refused = 0;       ///< allocations refused while the sockets opened
};

/// Makes the strategy and opens its sockets, in order, until the arena refuses one. The workload's
/// keys must be derived. Throws std::runtime_error with one line if it fails for a reason other
/// than memory, or keeps memory of the arena.
ArenaTotals open_in_arena(const Workload& workload, const std::string& strategy,
                          std::uint32_t budget_pages);

}  // namespace tfm::bench
