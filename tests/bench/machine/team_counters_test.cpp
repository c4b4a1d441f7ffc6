// SPDX-License-Identifier: MIT
// Each CPU of a team counts its own thread's events.
#include "bench/machine/team_counters.hpp"

#include <array>
#include <atomic>
#include <cerrno>

#include "tests/bench/machine/software_counters.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

class TeamCountersTest : public OnCpu {};

TEST_F(TeamCountersTest, EachCpuCountsItsOwnThread) {
  if (!software_counters_permitted()) GTEST_SKIP() << "not even software events are permitted";
  Team team(2, {});
  const TeamCounters counters(team, software_counters());
  ASSERT_EQ(counters.names().size(), 3U);
  std::array<std::uint64_t, 2> faults{};
  team.run([&](unsigned cpu) {
    AbsentPages pages(cpu == 0 ? 50 : 500);
    const auto before = counters.of(cpu)->read();
    pages.touch();
    const auto after = counters.of(cpu)->read();
    if (before && after) faults[cpu] = (*after - *before).counts[page_faults_at];
  });
  EXPECT_GE(faults[0], 50U);
  EXPECT_LT(faults[0], 200U);
  EXPECT_GE(faults[1], 500U);
}

TEST_F(TeamCountersTest, CpusWithOtherEventsCountNothing) {
  static std::atomic<unsigned> calls;
  calls = 0;
  const CounterSource source = {software_counters().events, [](perf_event_attr&, int) noexcept {
                                  errno = ENOENT;
                                  return calls++ == 4 ? 999'999 : -1;
                                }};
  Team team(2, {});
  const TeamCounters counters(team, source);
  EXPECT_TRUE(counters.names().empty());
  EXPECT_EQ(counters.of(0), nullptr);
  EXPECT_EQ(counters.of(1), nullptr);
  EXPECT_EQ(counters.missing(), "cores differ in the events that they count");
}

TEST_F(TeamCountersTest, SayWhyNothingIsCounted) {
  Team team(2, {});
  const TeamCounters counters(team, refused_counters(ENOSYS));
  EXPECT_TRUE(counters.names().empty());
  EXPECT_EQ(counters.of(1), nullptr);
  EXPECT_EQ(counters.missing(), "the kernel has no perf_event_open(2)");
}

}  // namespace
}  // namespace tfm::bench::test
