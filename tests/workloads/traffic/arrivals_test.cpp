// SPDX-License-Identifier: MIT
// Poisson arrivals: gaps are exponential with mean 1, and independent of each other.
#include "workloads/traffic/arrivals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace tfm {
namespace {

constexpr std::size_t count = 200'000;

std::vector<double> gaps(std::uint64_t seed) {
  Rng rng(seed);
  std::vector<double> times = poisson_arrivals(count, rng);
  for (std::size_t i = times.size() - 1; i > 0; --i) times[i] -= times[i - 1];
  return times;
}

TEST(PoissonArrivals, AscendFromAboveZero) {
  Rng rng(1);
  const auto times = poisson_arrivals(count, rng);
  ASSERT_EQ(times.size(), count);
  EXPECT_GE(times.front(), 0);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
}

TEST(PoissonArrivals, OnePerUnitOfTime) {
  Rng rng(2);
  const auto times = poisson_arrivals(count, rng);
  EXPECT_NEAR(times.back() / count, 1, 5 / std::sqrt(count));
}

TEST(PoissonArrivals, GapsAreExponential) {
  auto sorted = gaps(3);
  std::sort(sorted.begin(), sorted.end());
  for (const double q : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999}) {
    // The share of gaps below the q-quantile of the exponential distribution, -ln(1 - q).
    const auto below = std::lower_bound(sorted.begin(), sorted.end(), -std::log1p(-q));
    const double share = static_cast<double>(below - sorted.begin()) / count;
    EXPECT_NEAR(share, q, 5 * std::sqrt(q * (1 - q) / count)) << q;
  }
}

TEST(PoissonArrivals, AdjacentGapsAreUnrelated) {
  const auto gap = gaps(4);
  double product = 0;
  for (std::size_t i = 1; i < gap.size(); ++i) product += (gap[i] - 1) * (gap[i - 1] - 1);
  EXPECT_NEAR(product / count, 0, 5 / std::sqrt(count));
}

TEST(PoissonArrivals, TheSeedDecides) {
  EXPECT_EQ(gaps(5), gaps(5));
  EXPECT_NE(gaps(5), gaps(6));
}

}  // namespace
}  // namespace tfm
