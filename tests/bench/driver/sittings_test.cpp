// SPDX-License-Identifier: MIT
// Which rounds make a sitting, and when it may begin.
#include "bench/driver/sittings.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tfm::bench {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(Sittings, AreContiguousPartsOfNearlyOneSize) {
  for (std::uint32_t rounds = 1; rounds <= 30; ++rounds) {
    for (std::uint32_t sittings = 1; sittings <= rounds; ++sittings) {
      std::vector<std::uint32_t> sizes(sittings, 0);
      std::uint32_t before = 0;
      for (std::uint32_t round = 0; round < rounds; ++round) {
        const std::uint32_t sitting = sitting_of(round, rounds, sittings);
        ASSERT_GE(sitting, before);
        ASSERT_LT(sitting, sittings);
        before = sitting;
        ++sizes[sitting];
      }
      const std::vector<std::uint32_t> begins = even_sittings(rounds, sittings);
      ASSERT_EQ(begins.size(), sittings);
      for (std::uint32_t round = 0; round < rounds; ++round) {
        ASSERT_EQ(sitting_of(round, begins), sitting_of(round, rounds, sittings));
      }
      for (const std::uint32_t size : sizes) {
        ASSERT_GE(size, rounds / sittings) << rounds << " rounds, " << sittings << " sittings";
        ASSERT_LE(size, rounds / sittings + 1);
      }
    }
  }
  EXPECT_EQ(sitting_of(3, 7, 2), 0U);
  EXPECT_EQ(sitting_of(4, 7, 2), 1U);
}

const UtcTime noon = *parse_utc("2026-01-31T12:00:00Z");

TEST(SittingEnds, ASittingWaitsForTenMinutesAfterTheOneBefore) {
  SittingEnds ends;
  EXPECT_EQ(ends.wait(0, noon), seconds(0));
  EXPECT_EQ(ends.wait(1, noon), seconds(0)) << "no round is before it";
  ends.ended(0, noon);
  ends.ended(0, noon - minutes(3));
  EXPECT_EQ(ends.wait(0, noon), seconds(0)) << "a sitting does not wait for itself";
  EXPECT_EQ(ends.wait(1, noon), minutes(10));
  EXPECT_EQ(ends.wait(1, noon + minutes(3)), minutes(7));
  EXPECT_EQ(ends.wait(1, noon + minutes(10) - seconds(1)), seconds(1));
  EXPECT_EQ(ends.wait(1, noon + minutes(10)), seconds(0));
  EXPECT_EQ(ends.wait(1, noon + minutes(1000)), seconds(0));
}

TEST(SittingEnds, EverySittingBeforeCounts) {
  SittingEnds ends;
  ends.ended(0, noon);
  EXPECT_EQ(ends.wait(2, noon + minutes(4)), minutes(6))
      << "a shard can have no round of sitting 1";
  ends.ended(1, noon + minutes(20));
  EXPECT_EQ(ends.wait(2, noon + minutes(21)), minutes(9));
  EXPECT_EQ(ends.wait(1, noon + minutes(21)), seconds(0)) << "what comes after does not count";
}

TEST(SittingEnds, AClockThatWasSetBackDoesNotStopTheRun) {
  SittingEnds ends;
  ends.ended(0, noon + minutes(600));
  EXPECT_EQ(ends.wait(1, noon), minutes(10));
}

}  // namespace
}  // namespace tfm::bench
