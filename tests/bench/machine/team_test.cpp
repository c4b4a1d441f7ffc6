// SPDX-License-Identifier: MIT
// The simulated CPUs: a job runs once on each, on all at the same time, and all are done on return.
#include "bench/machine/team.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

class TeamOf : public ::testing::TestWithParam<unsigned> {
 private:
  RcuThread rcu_;
};

TEST_P(TeamOf, RunsAJobOnceOnEachCpu) {
  Team team(GetParam(), {});
  ASSERT_EQ(team.cpus(), GetParam());
  std::vector<unsigned> runs(GetParam());
  for (unsigned job = 1; job <= 200; ++job) {
    team.run([&](unsigned cpu) { ++runs.at(cpu); });
    // Without a lock: run() has returned, so every CPU is done.
    for (const unsigned r : runs) ASSERT_EQ(r, job);
  }
}

// Each CPU waits for all others. A team that ran them one after the other would never end.
TEST_P(TeamOf, RunsAllCpusAtOnceOnSeparateThreads) {
  Team team(GetParam(), {});
  std::atomic<unsigned> there = 0;
  std::vector<std::thread::id> threads(GetParam());
  team.run([&](unsigned cpu) {
    threads.at(cpu) = std::this_thread::get_id();
    ++there;
    while (there != GetParam()) std::this_thread::yield();
  });
  EXPECT_EQ(threads[0], std::this_thread::get_id());
  EXPECT_EQ(std::set(threads.begin(), threads.end()).size(), GetParam());
}

TEST_P(TeamOf, EndsWithoutAJob) { const Team team(GetParam(), {}); }

TEST_P(TeamOf, KnowsThatItIsNotPinned) {
  EXPECT_FALSE(Team(GetParam(), {}).pinned());
  Team nowhere(GetParam(), std::vector<unsigned>(GetParam(), 100'000));
  nowhere.run([](unsigned) {});
  EXPECT_FALSE(nowhere.pinned());
}

// One CPU waits for a grace period in its job. The others are done and wait for it, or for a job.
TEST_P(TeamOf, ACpuThatWaitsHoldsUpNoGracePeriod) {
  Team team(GetParam(), {});
  for (unsigned i = 0; i < 50; ++i) {
    team.run([&](unsigned cpu) {
      EXPECT_TRUE(rcu_online());
      if (cpu == i % GetParam()) synchronize_rcu();
    });
    synchronize_rcu();
  }
}

INSTANTIATE_TEST_SUITE_P(Cpus, TeamOf, ::testing::Values(1U, 2U, 3U));

// Both CPUs open, close and verify their sockets at the same time.
TEST(TeamOfCells, EveryStrategyRunsOnTwoCpus) {
  const RcuThread rcu;
  for (Block block :
       {small_block("tcp_ao/fixed_64", "hmac(sha1)"), small_block("tcp_md5/fixed_64", "md5")}) {
    block.cpus = 2;
    block.churn_percent = 5;
    const auto workload = make_workload(block, 1);
    for (const Registered& s : strategies_for(block)) {
      SCOPED_TRACE(std::string(s.name) + " " + block.workload);
      const auto cell = opened(*workload, s.name);
      EXPECT_EQ(cell->check(SIZE_MAX), "");
      Team team(2, {});
      std::vector<Tally> tallies(2);
      team.run([&](unsigned cpu) { cell->run(cpu, 3 * all_polls(*workload, cpu), tallies[cpu]); });
      for (unsigned cpu = 0; cpu < 2; ++cpu) {
        const Tally& t = tallies[cpu];
        expect_balanced(t);
        EXPECT_EQ(t.drops, 0U);
        EXPECT_GT(t.opens + t.accepts, 0U);
        EXPECT_EQ(t.packets, std::uint64_t{3} * poll_packets * all_polls(*workload, cpu) + t.opens +
                                 t.accepts);
      }
    }
  }
}

// In closed loop and in open loop, a CPU is quiescent between polls. Otherwise this never ends.
TEST(TeamOfCells, GracePeriodsEndWhilePacketsFlow) {
  const RcuThread rcu;
  const Clock clock;
  const auto workload = make_workload(small_block(), 1);
  const auto cell = opened(*workload, "percpu_pool");
  const std::vector<double> arrivals(256, 0.0);
  Tally tally;
  Latencies latencies;
  for (const bool open_loop : {false, true}) {
    std::atomic<bool> over = false;
    std::thread writer([&] {
      for (int i = 0; i < 50; ++i) synchronize_rcu();
      over = true;
    });
    while (!over) {
      if (open_loop) {
        cell->run_open_loop(0, {&clock, &arrivals, 0}, latencies, tally);
      } else {
        cell->run(0, 1, tally);
      }
    }
    writer.join();
  }
  expect_balanced(tally);
}

}  // namespace
}  // namespace tfm::bench::test
