// SPDX-License-Identifier: MIT
// The cells of a block in one process. They are made, opened and checked, and their memory is put
// on huge pages, before anything is timed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "bench/cell/workload.hpp"
#include "bench/turns/heap_place.hpp"
#include "runtime/rng.hpp"

namespace tfm::bench {

struct OpenCell {
  HeapPlace place;  ///< freed after the cell
  std::unique_ptr<Cell> cell;
  std::string name;  ///< unique in the block: "percpu_pool#2" is an A/A copy
  std::string strategy;
  bool aa = false;
  std::int64_t rss_bytes = 0;  ///< growth of the process while the sockets opened
};

/// Makes the request's strategies and `aa_copies` copies of its baseline. Each starts at a random
/// place in its trace, and its memory at a random place of the heap. The cells open in an order
/// drawn by `rng`: with a fixed order, copies of one strategy differed by 0.5 %. Then all memory is
/// put on huge pages, unless the block's page_size is base. Throws std::runtime_error with one line
/// if a cell cannot be made or opened, or its bytes are wrong.
std::vector<OpenCell> open_cells(const RoundRequest& request, std::uint32_t aa_copies,
                                 const Workload& workload, Rng& rng);

/// The same role of every cell.
template <class Role>
std::vector<Role*> roles(const std::vector<OpenCell>& cells) {
  std::vector<Role*> roles;
  for (const OpenCell& c : cells) roles.push_back(c.cell.get());
  return roles;
}

}  // namespace tfm::bench
