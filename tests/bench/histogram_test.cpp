// SPDX-License-Identifier: MIT
// The log-linear histogram: edges, widths, overflow, merging, and quantiles computed by hand.
#include "bench/histogram.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "runtime/rng.hpp"

namespace tfm::bench {
namespace {

constexpr std::uint64_t beyond = std::uint64_t{1} << 36;

std::vector<std::uint64_t> interesting_values() {
  std::vector<std::uint64_t> values;
  for (std::uint64_t v = 0; v < 5000; ++v) values.push_back(v);
  for (unsigned bit = 5; bit < 36; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t v : {power - 1, power, power + 1, power + power / 2}) {
      if (v < beyond) values.push_back(v);
    }
  }
  Rng rng(1);
  for (int i = 0; i < 100'000; ++i) values.push_back(rng.next() >> (28 + rng.below(36)));
  return values;
}

TEST(Histogram, AValueLiesWithinItsBucketsEdges) {
  for (const std::uint64_t v : interesting_values()) {
    const std::size_t b = Histogram::bucket(v);
    ASSERT_LT(b, Histogram::buckets) << v;
    ASSERT_LE(Histogram::edge(b), v);
    ASSERT_LT(v, Histogram::edge(b + 1)) << v;
  }
}

TEST(Histogram, BucketsFollowEachOtherWithoutAGapAndNoneIsWide) {
  EXPECT_EQ(Histogram::edge(0), 0U);
  EXPECT_EQ(Histogram::edge(Histogram::buckets), beyond);
  for (std::size_t b = 0; b < Histogram::buckets; ++b) {
    const std::uint64_t low = Histogram::edge(b);
    const std::uint64_t high = Histogram::edge(b + 1);
    ASSERT_LT(low, high);
    ASSERT_EQ(Histogram::bucket(low), b);
    ASSERT_EQ(Histogram::bucket(high - 1), b);
    ASSERT_TRUE(high - low == 1 || (high - low) * 32 <= low) << low << " to " << high;
  }
}

TEST(Histogram, ValuesBeyondTheLastBucketAreCounted) {
  Histogram h;
  h.add(beyond - 1);
  EXPECT_EQ(h.overflow(), 0U);
  h.add(beyond);
  h.add(~std::uint64_t{0});
  EXPECT_EQ(h.overflow(), 2U);
  EXPECT_EQ(h.count(), 3U);
  EXPECT_EQ(h.max_ns(), ~std::uint64_t{0});
  EXPECT_EQ(h.count_in(Histogram::buckets - 1), 1U);
  EXPECT_EQ(h.quantile(1), static_cast<double>(~std::uint64_t{0})) << "lies in the overflow";
}

TEST(Histogram, QuantilesOfSmallValuesAreExact) {
  Histogram h;
  for (std::uint64_t v = 1; v <= 20; ++v) h.add(v);
  EXPECT_EQ(h.quantile(0.05), 1);
  EXPECT_EQ(h.quantile(0.06), 2);
  EXPECT_EQ(h.quantile(0.5), 10);
  EXPECT_EQ(h.quantile(0.51), 11);
  EXPECT_EQ(h.quantile(0.95), 19);
  EXPECT_EQ(h.quantile(1), 20);
}

// 1000 lies in the bucket from 992 to 1007 (octave 512, 16 wide), 2000 in 1984 to 2015.
TEST(Histogram, QuantilesAreTheMiddleOfTheirBucket) {
  Histogram h;
  for (int i = 0; i < 99; ++i) h.add(1000);
  h.add(2015);
  EXPECT_EQ(h.quantile(0.5), 999.5);
  EXPECT_EQ(h.quantile(0.99), 999.5);
  EXPECT_EQ(h.quantile(0.991), 1999.5);
}

TEST(Histogram, NoQuantileExceedsTheLargestValue) {
  Histogram h;
  h.add(1984);
  EXPECT_EQ(h.quantile(0.5), 1984);
  EXPECT_EQ(h.max_ns(), 1984U);
}

TEST(Histogram, AnEmptyOneIsZero) {
  const Histogram h;
  EXPECT_EQ(h.count(), 0U);
  EXPECT_EQ(h.quantile(0.5), 0);
}

TEST(Histogram, MergingIsAddingAllToOne) {
  Histogram all, a, b;
  Rng rng(7);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t v = rng.next() >> (20 + rng.below(44));  // some beyond
    all.add(v);
    (i % 3 == 0 ? a : b).add(v);
  }
  ASSERT_GT(all.overflow(), 0U);
  a.merge(b);
  EXPECT_EQ(a.count(), 10'000U);
  EXPECT_EQ(a.overflow(), all.overflow());
  EXPECT_EQ(a.max_ns(), all.max_ns());
  for (std::size_t i = 0; i < Histogram::buckets; ++i) ASSERT_EQ(a.count_in(i), all.count_in(i));
}

}  // namespace
}  // namespace tfm::bench
