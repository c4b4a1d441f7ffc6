// SPDX-License-Identifier: MIT
// `tfmbench run`: plans a matrix and runs its rounds.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "bench/driver/asked.hpp"
#include "bench/driver/plan.hpp"

namespace tfm::bench {

struct RunOptions {
  /// Without the matrix's text, which run() reads from its file.
  Asked asked;
  std::string matrix;               ///< a file, or a name; empty with `from`
  std::optional<std::string> from;  ///< the folder of a run to repeat: its `asked`, not this one's
  std::optional<std::string> out;
  std::vector<unsigned> cores;  ///< cores for the simulated CPUs; empty: any allowed ones
  std::optional<Shard> shard;
  std::optional<std::chrono::seconds> round_timeout;  ///< nothing: time_limit() of each round
  bool dry_run = false;
};

/// Returns tfmbench's exit code: 0 done (plots/ has printed the table), 1 a block could not run
/// (the others have), 2 bad arguments or files, or more than this machine can hold, 3 interrupted.
int run(const RunOptions& options);

}  // namespace tfm::bench
