// SPDX-License-Identifier: MIT
// Bursts, episodes and the timeline, computed by hand.
#include "bench/pressure/drop_log.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace tfm::bench::test {
namespace {

/// Adds one packet for each character: 'x' is dropped.
void add(DropLog& log, std::string_view packets) {
  for (const char c : packets) log.add(c == 'x', 7);
}
void add_quiet(DropLog& log, std::uint64_t packets) {
  for (std::uint64_t i = 0; i < packets; ++i) log.add(false, 7);
}

TEST(DropLog, ABurstIsARunOfDrops) {
  DropLog log;
  add(log, "x..xx.xxx.x.xx");
  log.end();
  EXPECT_EQ(log.bursts(), (DropLog::Counts{{1, 2}, {2, 2}, {3, 1}}));
}

TEST(DropLog, AnEpisodeEndsAtTheLastDropBeforeQuiet) {
  DropLog log;
  add(log, "..x.xx..x");  // from the third packet to the ninth
  add_quiet(log, DropLog::quiet_packets);
  add(log, "x");
  add_quiet(log, DropLog::quiet_packets - 1);
  add(log, "x");  // one packet too early: the same episode
  log.end();
  EXPECT_EQ(log.recoveries(), (DropLog::Counts{{7, 1}, {DropLog::quiet_packets + 1, 1}}));
}

TEST(DropLog, WithoutDropsThereAreNoBurstsOrEpisodes) {
  DropLog log;
  add_quiet(log, 1000);
  log.end();
  EXPECT_TRUE(log.bursts().empty());
  EXPECT_TRUE(log.recoveries().empty());
}

TEST(DropLog, TheTimelineHasOnePointPerPollUpToItsLimit) {
  DropLog log;
  for (std::uint32_t i = 1; i <= 2 * DropLog::most_points * DropLog::packets_per_point; ++i) {
    log.add(i % 32 == 0, i);
  }
  log.end();
  ASSERT_EQ(log.timeline().size(), DropLog::most_points);
  EXPECT_EQ(log.timeline()[0], (DropLog::Point{64, 64, 2}));
  EXPECT_EQ(log.timeline()[1], (DropLog::Point{128, 128, 4}));
  EXPECT_EQ(log.timeline().back(), (DropLog::Point{25'600, 25'600, 800}));
}

}  // namespace
}  // namespace tfm::bench::test
