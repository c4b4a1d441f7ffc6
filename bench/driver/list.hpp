// SPDX-License-Identifier: MIT
// `tfmbench list`: the names that a matrix can use.
#pragma once

#include <string_view>

namespace tfm::bench {

/// `what`: "strategies", "workloads", "algorithms", "pairs", "axes", "matrices", or empty for all.
/// Prints to stdout, as text or as one JSON object. Returns the exit code.
int list(std::string_view what, bool as_json);

}  // namespace tfm::bench
