// SPDX-License-Identifier: MIT
// `tfmbench run`: a matrix from plan to finished rounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/driver/plan.hpp"

namespace tfm::bench {

struct RunOptions {
  std::string matrix;  ///< a file, or a name
  std::optional<std::string> out;
  std::vector<AxisValues> set, filter;
  std::optional<std::uint32_t> rounds;
  std::uint64_t seed = 1;
  std::vector<unsigned> cores;  ///< where simulated CPUs are pinned; empty: any allowed
  std::optional<Shard> shard;
  bool dry_run = false;
};

/// Returns tfmbench's exit code: 0 done (after the table, which plots/ prints), 1 a cell was
/// refused, 2 bad arguments or files, 3 interrupted.
int run(const RunOptions& options);

}  // namespace tfm::bench
