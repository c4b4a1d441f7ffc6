// SPDX-License-Identifier: MIT
// `tfmbench run`: plans a matrix and runs its rounds.
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
  std::optional<std::uint32_t> rounds, sittings;
  std::uint64_t seed = 1;
  std::vector<unsigned> cores;  ///< cores for the simulated CPUs; empty: any allowed ones
  std::optional<Shard> shard;
  bool dry_run = false;
};

/// Returns tfmbench's exit code: 0 done (plots/ has printed the table), 1 a cell was refused, 2 bad
/// arguments or files, 3 interrupted.
int run(const RunOptions& options);

}  // namespace tfm::bench
