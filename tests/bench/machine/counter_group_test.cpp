// SPDX-License-Identifier: MIT
// Counters open as a group, count what the thread does, and say why they are not there.
#include "bench/machine/counter_group.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/machine/software_counters.hpp"

namespace tfm::bench::test {
namespace {

using Names = std::vector<std::string_view>;

TEST(CounterGroup, CountsTheThreadsOwnEvents) {
  if (!software_counters_permitted()) GTEST_SKIP() << "not even software events are permitted";
  const CounterGroup group(software_counters());
  EXPECT_EQ(group.names(), (Names{"page_faults", "task_clock_ns", "context_switches"}));
  EXPECT_EQ(group.missing(), "");
  AbsentPages pages(100);
  const auto before = group.read();
  pages.touch();
  const auto after = group.read();
  ASSERT_TRUE(before && after);
  const CounterReading counted = *after - *before;
  EXPECT_GE(counted.counts[page_faults_at], 100U);
  EXPECT_LT(counted.counts[page_faults_at], 200U);
  EXPECT_GT(counted.counts[1], 0U);
  EXPECT_GT(counted.enabled_ns, 0U);
  EXPECT_TRUE(counted.always_running()) << "software events need no place on the PMU";
}

// What this machine has, if it has anything.
TEST(CounterGroup, HardwareEventsCountOrAreMissing) {
  const CounterGroup group(hardware_counters());
  EXPECT_EQ(group.missing().empty(), group.names().size() == hardware_counters().events.size());
  if (!group.names().empty()) {
    EXPECT_TRUE(group.read().has_value());
  }
}

TEST(CounterGroup, SaysInOneLineWhyNothingIsCounted) {
  const auto why = [](int error) {
    const CounterGroup group(refused_counters(error));
    EXPECT_TRUE(group.names().empty());
    return group.missing();
  };
  EXPECT_EQ(why(ENOENT), "no PMU (many virtual machines have none)");
  EXPECT_EQ(why(ENODEV), why(ENOENT));
  EXPECT_EQ(why(EOPNOTSUPP), why(ENOENT));
  EXPECT_EQ(why(EACCES).substr(0, 15), "not permitted: ");
  EXPECT_EQ(why(EPERM), why(EACCES));
  EXPECT_EQ(why(ENOSYS), "the kernel has no perf_event_open(2)");
  EXPECT_EQ(why(EBUSY), "the PMU is taken");
  EXPECT_EQ(why(EMFILE), "perf_event_open(2): Too many open files");
}

/// Opens a file for each event, but not for those of `absent`, and notes the calls.
struct Opener {
  struct Call {
    std::uint32_t type;
    std::uint64_t config;
    int group;
    bool user_only;
  };
  inline static std::vector<Call> calls;
  inline static std::vector<int> opened;
  inline static std::vector<std::pair<std::size_t, int>> absent;  ///< which event, errno

  static CounterSource source(std::vector<std::pair<std::size_t, int>> not_there) {
    calls.clear();
    opened.clear();
    absent = std::move(not_there);
    return {hardware_counters().events, open};
  }
  static int open(perf_event_attr& event, int group) noexcept {
    calls.push_back({event.type, event.config, group, event.exclude_kernel && event.exclude_hv});
    for (const auto& [which, error] : absent) {
      if (which != calls.size() - 1) continue;
      errno = error;
      return -1;
    }
    opened.push_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    return opened.back();
  }
};

TEST(CounterGroup, OpensEventsOfUserSpaceAsOneGroup) {
  {
    const CounterGroup group(Opener::source({}));
    EXPECT_EQ(group.names(), (Names{"cycles", "instructions", "l1d_load_misses", "llc_load_misses",
                                    "dtlb_load_misses"}));
    EXPECT_EQ(group.missing(), "");
    ASSERT_EQ(Opener::calls.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i) {
      EXPECT_EQ(Opener::calls[i].type, hardware_counters().events[i].type);
      EXPECT_EQ(Opener::calls[i].config, hardware_counters().events[i].config);
      EXPECT_EQ(Opener::calls[i].group, i == 0 ? -1 : Opener::opened.front());
      EXPECT_TRUE(Opener::calls[i].user_only);
    }
    EXPECT_FALSE(group.read().has_value()) << "/dev/null has no reading";
  }
  for (const int descriptor : Opener::opened) EXPECT_EQ(::fcntl(descriptor, F_GETFD), -1);
}

TEST(CounterGroup, CountsWithoutTheEventsThatAreNotThere) {
  const CounterGroup group(Opener::source({{3, ENOENT}, {4, EINVAL}}));
  EXPECT_EQ(group.names(), (Names{"cycles", "instructions", "l1d_load_misses"}));
  EXPECT_EQ(group.missing(),
            "llc_load_misses: the PMU of this CPU has no such event; dtlb_load_misses: no room on "
            "the PMU beside the others");
}

TEST(CounterGroup, TheFirstEventThatIsThereLeads) {
  const CounterGroup group(Opener::source({{0, ENOENT}, {1, ENOENT}}));
  EXPECT_EQ(group.missing(), "cycles, instructions: the PMU of this CPU has no such event");
  EXPECT_EQ(Opener::calls[2].group, -1);
  EXPECT_EQ(Opener::calls[3].group, Opener::opened.front());
  EXPECT_EQ(Opener::calls[4].group, Opener::opened.front());
}

TEST(CounterGroup, ReadsWhatTheKernelWrites) {
  const CounterGroup group(recorded_counters(2, [](std::uint64_t i) {
    return CounterReading{100 + i, 90 + 2 * i, {1, 2, 3, 4, 5 + i}};
  }));
  const auto first = group.read();
  const auto second = group.read();
  ASSERT_TRUE(first && second);
  const CounterReading counted = *second - *first;
  EXPECT_EQ(first->enabled_ns, 100U);
  EXPECT_EQ(first->running_ns, 90U);
  EXPECT_EQ(first->counts, (std::array<std::uint64_t, 5>{1, 2, 3, 4, 5}));
  EXPECT_EQ(counted.enabled_ns, 1U);
  EXPECT_EQ(counted.running_ns, 2U);
  EXPECT_FALSE(counted.always_running());
  EXPECT_EQ(counted.counts, (std::array<std::uint64_t, 5>{0, 0, 0, 0, 1}));
  EXPECT_FALSE(group.read().has_value());
}

}  // namespace
}  // namespace tfm::bench::test
