// SPDX-License-Identifier: MIT
// The cross-check of a zone's totals: how many pages the same sockets take of a real allocator
// (runtime/allocators/jemalloc_arena.hpp), as they lie open and no packet flows. How often that
// refuses is no result.
#pragma once

#include <cstdint>
#include <string>

#include "bench/cell/workload.hpp"

namespace tfm::bench {

struct ArenaTotals {
  std::uint32_t budget_pages = 0;
  std::uint32_t sockets_open = 0;
  std::uint32_t mapped_pages = 0;  ///< once they are open; never more than the budget
  std::uint64_t refused = 0;       ///< allocations, while they opened
};

/// Makes the strategy and opens its sockets, in order, until the arena refuses one. The workload's
/// keys are derived. Throws std::runtime_error with one line if it fails for another reason than
/// memory, or memory of the arena is kept.
ArenaTotals open_in_arena(const Workload& workload, const std::string& strategy,
                          std::uint32_t budget_pages);

}  // namespace tfm::bench
