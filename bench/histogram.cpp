// SPDX-License-Identifier: MIT
#include "bench/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tfm::bench {

std::uint64_t Histogram::count() const noexcept {
  return std::accumulate(counts_.begin(), counts_.end(), overflow_);
}

double Histogram::quantile(double q) const noexcept {
  const std::uint64_t total = count();
  if (total == 0) return 0;
  const auto rank = static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(total)));
  std::uint64_t seen = 0;
  for (std::size_t b = 0; b < buckets; ++b) {
    seen += counts_[b];
    if (seen >= rank && counts_[b] != 0) {
      const double middle =
          (static_cast<double>(edge(b)) + static_cast<double>(edge(b + 1) - 1)) / 2;
      return std::min(middle, static_cast<double>(max_));
    }
  }
  return static_cast<double>(max_);
}

}  // namespace tfm::bench
