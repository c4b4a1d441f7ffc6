// SPDX-License-Identifier: MIT
// `tfmbench count`: plans a matrix's blocks. kernel/lanes counts their instructions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/driver/asked.hpp"

namespace tfm::bench {

struct CountOptions {
  Asked asked;                          ///< without the matrix's text
  std::string matrix;                   ///< a file, or a name
  std::vector<std::string> strategies;  ///< empty: the matrix's
  std::optional<std::string> out;
};

/// Replaces this process by kernel/lanes, which counts. If that fails, or there is nothing to
/// count, it prints why and returns an exit code.
int count(const CountOptions& options);

}  // namespace tfm::bench
