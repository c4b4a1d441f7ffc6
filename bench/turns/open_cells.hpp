// SPDX-License-Identifier: MIT
// The cells of a block in one process: made, opened and checked, before anything is timed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "bench/cell/workload.hpp"
#include "runtime/rng.hpp"

namespace tfm::bench {

struct OpenCell {
  std::unique_ptr<Cell> cell;
  std::string name;  ///< unique in the block: "percpu_pool#2" is an A/A copy
  std::string strategy;
  bool aa = false;
  std::int64_t rss_bytes = 0;  ///< by which the process grew while its sockets opened
};

/// The request's strategies and `aa_copies` of its baseline, each at a place of its own in its
/// trace. They open their memory in an order that `rng` draws: a fixed one made copies of one
/// strategy differ by 0.5 %. Throws std::runtime_error with one line if a cell cannot be made or
/// opened, or its bytes are wrong.
std::vector<OpenCell> open_cells(const RoundRequest& request, std::uint32_t aa_copies,
                                 const Workload& workload, Rng& rng);

/// The same role of each.
template <class Role>
std::vector<Role*> roles(const std::vector<OpenCell>& cells) {
  std::vector<Role*> roles;
  for (const OpenCell& c : cells) roles.push_back(c.cell.get());
  return roles;
}

}  // namespace tfm::bench
