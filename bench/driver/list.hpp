// SPDX-License-Identifier: MIT
// `tfmbench list`: what exists, by the names that matrices take.
#pragma once

#include <string_view>

namespace tfm::bench {

/// `what`: "strategies", "workloads", "algorithms", "pairs", "axes",
/// "matrices", or empty for all. To
/// stdout, as text or as one JSON object. Returns the exit code.
int list(std::string_view what, bool as_json);

}  // namespace tfm::bench
