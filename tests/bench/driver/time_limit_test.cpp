// SPDX-License-Identifier: MIT
// When a round counts as hung.
#include <gtest/gtest.h>

#include <cmath>

#include "bench/driver/plan.hpp"

namespace tfm::bench {
namespace {

PlannedBlock planned(std::uint32_t sockets, const std::string& cache = "warm") {
  PlannedBlock p{"id", {}, {Pass::timed}, {"null", "percpu_pool", "mempool"}, {}};
  p.block.workload = "tcp_ao/mtu";
  p.block.algorithm = "hmac(sha1)";
  p.block.sockets = sockets;
  p.block.cache = cache;
  return p;
}

double seconds(const PlannedBlock& p, Pass pass, std::uint32_t copies = 1) {
  return static_cast<double>(time_limit(p, pass, copies).count());
}

TEST(TimeLimit, IsTenTimesTheEstimateAndAtLeastAMinute) {
  const PlannedBlock large = planned(4'000'000);
  for (const Pass pass : {Pass::timed, Pass::counted, Pass::in_flight}) {
    ASSERT_GT(10 * cost(large, pass), 60);
    EXPECT_EQ(seconds(large, pass), std::ceil(10 * cost(large, pass)));
  }
  EXPECT_EQ(seconds(planned(10), Pass::timed), 60);
  EXPECT_EQ(seconds(planned(10), Pass::counted), 60);
}

TEST(TimeLimit, GivesMoreCopiesOfTheBaselineMoreTime) {
  const PlannedBlock large = planned(4'000'000);
  EXPECT_EQ(seconds(large, Pass::timed, 5), std::ceil(2 * 10 * cost(large, Pass::timed)))
      << "8 cells, not 4";
  EXPECT_EQ(seconds(large, Pass::counted, 5), seconds(large, Pass::counted));
}

TEST(TimeLimit, KnowsThatPollutionTakesTime) {
  EXPECT_EQ(seconds(planned(1000, "polluted:64"), Pass::timed), 60);
  // 31,000 polls, and about 13 ms to write a GiB: measured with 4 MiB, 50 µs each.
  EXPECT_GT(cost(planned(1000, "polluted:1048576"), Pass::timed), 200);
}

TEST(TimeLimit, KnowsThatFlushingTakesTime) {
  const double warm = cost(planned(1000), Pass::timed);
  PlannedBlock cold = planned(1000, "cold");
  EXPECT_GT(cost(cold, Pass::timed), warm);
  const double small_keys = cost(cold, Pass::timed);
  cold.block.workload = "esp/mtu";
  cold.block.algorithm = "gcm(aes128)";
  EXPECT_GT(cost(cold, Pass::timed), small_keys) << "more lines to flush";
}

// A transform of 6.12's API holds others; 7.x's holds the library's key, and flat is that alone.
TEST(TimeLimit, KnowsWhatABlocksApiKeepsInATransform) {
  const auto with = [](const char* api, const char* cache) {
    PlannedBlock block = planned(1000, cache);
    block.block.api = api;
    return cost(block, Pass::timed);
  };
  EXPECT_EQ(with("ahash", "warm"), with("flat", "warm"));
  EXPECT_GT(with("ahash_library", "cold"), with("flat", "cold"));
  EXPECT_GT(with("ahash", "cold"), with("ahash_library", "cold"));
}

}  // namespace
}  // namespace tfm::bench
