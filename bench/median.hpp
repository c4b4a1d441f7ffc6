// SPDX-License-Identifier: MIT
// The median of what was measured.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tfm::bench {

/// The upper one of two in the middle. Not of none.
inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace tfm::bench
