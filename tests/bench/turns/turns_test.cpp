// SPDX-License-Identifier: MIT
// Turns: their number, what is counted, and what is dropped.
#include "bench/turns/turns.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <thread>

#include "bench/turns/lap_order.hpp"
#include "runtime/sanitized.hpp"
#include "tests/bench/machine/dirty_simd.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

/// A record of the calls of a test's FakeCells.
struct Log {
  std::vector<int> calls;            ///< which cell's run() was called, CPU 0
  std::vector<std::size_t> flushes;  ///< how many calls of run() came before each flush
  std::vector<unsigned> polls;
  std::set<std::uintptr_t> stacks;    ///< where the stack was within a page, CPU 0
  std::set<std::uintptr_t> requests;  ///< where an allocation was within a page, CPU 0
};

/// A cell that spins for a fixed time per poll.
class FakeCell final : public CellPolls {
 public:
  FakeCell(int id, double ns_per_poll, Log& log, const Clock& clock, unsigned cpus = 1)
      : id_(id), ticks_(clock.ticks(ns_per_poll)), log_(log), packets_(cpus), flushes_(cpus) {}

  std::string check(std::size_t) override { return {}; }
  void run(unsigned cpu, unsigned polls, Tally& tally) noexcept override {
    const std::uint64_t begin = stamp();
    if (cpu == 0) {
      log_.calls.push_back(id_);
      log_.polls.push_back(polls);
      log_.stacks.insert(reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) % 4096);
      void* const request = gfp_alloc(180, Gfp::atomic, Owner::request);
      log_.requests.insert(reinterpret_cast<std::uintptr_t>(request) % 4096);
      gfp_free(request);
    }
    const std::uint64_t packets = std::uint64_t{polls} * poll_packets;
    tally.packets += packets;
    tally.sent += packets;
    packets_[cpu] += packets;
    if (sleep_at != 0 && log_.calls.size() % sleep_at == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
    while (stamp() - begin < polls * ticks_) {
    }
    if (cpu == dirty_on) dirty_simd();
  }
  Flushed flush_sockets(unsigned cpu) noexcept override {
    ++flushes_[cpu];
    if (cpu == 0) log_.flushes.push_back(log_.calls.size());
    for (const std::uint64_t begin = stamp(); stamp() - begin < 100 * ticks_;) {
    }
    return {};
  }
  void set_churn(bool) noexcept override {}
  void set_direction(std::optional<Direction>) noexcept override {}
  void seek(unsigned, std::uint64_t) noexcept override {}

  std::uint64_t packets() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t p : packets_) sum += p;
    return sum;
  }

  std::uint64_t polls(unsigned cpu) const { return packets_[cpu] / poll_packets; }
  std::uint64_t flushes(unsigned cpu) const { return flushes_[cpu]; }

  unsigned dirty_on = UINT_MAX;  ///< the CPU on which run() leaves upper halves in use
  std::size_t sleep_at = 0;      ///< the thread sleeps in every sleep_at-th call; 0: never

 private:
  int id_;
  std::uint64_t ticks_;
  Log& log_;
  std::vector<std::uint64_t> packets_;  ///< of each CPU
  std::vector<std::uint64_t> flushes_;  ///< of each CPU
};

class TurnsTest : public OnCpu {
 protected:
  FakeCell& add(double ns_per_poll, unsigned cpus = 1) {
    const int id = static_cast<int>(cells_.size());
    return *cells_.emplace_back(std::make_unique<FakeCell>(id, ns_per_poll, log_, clock_, cpus));
  }

  void run(const TurnPlan& plan, Team& team) {
    std::vector<CellPolls*> polls;
    for (const auto& cell : cells_) polls.push_back(cell.get());
    turns_ = run_turns(polls, plan, team, clock_, 1);
  }

  Clock clock_;
  Log log_;
  std::vector<std::unique_ptr<FakeCell>> cells_;
  std::vector<Turns> turns_;
};

/// Whether a turn can see what a batch left in use. Sanitizers call memcpy() between the two, and
/// glibc's ends with vzeroupper where the CPU has AVX2 and no AVX-512.
bool keeps_dirty_simd() {
  if (!sees_dirty_simd()) return false;
  if (!sanitized) return true;
  volatile std::size_t bytes = 256;  // so that it is a call
  char from[256] = {};
  char to[256];
  dirty_simd();
  std::memcpy(to, from, bytes);
  const bool kept = simd_state() == SimdState::dirty;
  clean_simd();
  return kept;
}

constexpr TurnPlan small_plan{.warm_up_ns = 1e5, .timed_ns = 4e5, .laps = 6};

TEST_F(TurnsTest, EachCellTakesOneTurnALap) {
  for (int i = 0; i < 3; ++i) add(2000);
  Team team(1, {});
  run(small_plan, team);

  std::vector<int> taken;  // runs of one cell, with no other between them
  std::unique_copy(log_.calls.begin(), log_.calls.end(), std::back_inserter(taken));
  // A lap can end with the cell that begins the next lap, as before every reversed lap. The two
  // turns then look like one.
  std::vector<std::vector<int>> laps;
  LapOrder order(3, 1);
  std::vector<int> expected;
  for (unsigned lap = 0; lap < small_plan.laps; ++lap) {
    for (const std::size_t i : order.next()) expected.push_back(static_cast<int>(i));
  }
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
  EXPECT_EQ(taken, expected);
  for (const Turns& c : turns_) {
    EXPECT_EQ(c.ns_per_packet.size(), small_plan.laps);
    EXPECT_GE(c.batches, small_plan.laps);
    EXPECT_LE(c.batches_disturbed, c.batches);
  }
}

TEST_F(TurnsTest, NsPerPacketIsTheTimeOfAPacket) {
  add(3200);
  add(6400);
  Team team(1, {});
  run({.warm_up_ns = 1e5, .timed_ns = 1e6, .laps = 10}, team);
  for (std::size_t i = 0; i < 2; ++i) {
    const double truth = i == 0 ? 50 : 100;
    double least = 1e9;
    for (const auto& ns : turns_[i].ns_per_packet) {
      if (!ns) continue;
      EXPECT_GE(*ns, truth * 0.999);
      least = std::min(least, *ns);
    }
    EXPECT_LE(least, truth * 1.1);  // the least, because the machine can be busy
  }
}

TEST_F(TurnsTest, EveryPacketIsCountedIncludingWarmUp) {
  for (const double warm_up_ns : {0.0, 2e5}) {
    cells_.clear();
    FakeCell& cell = add(2000);
    Team team(1, {});
    run({.warm_up_ns = warm_up_ns, .timed_ns = 2e5, .laps = 2}, team);
    EXPECT_EQ(turns_[0].tally.packets, cell.packets());
    EXPECT_EQ(turns_[0].tally.sent, cell.packets());
    EXPECT_GT(cell.packets(), 0U);
    EXPECT_EQ(turns_[0].ns_per_packet.size(), 2U);
  }
}

TEST_F(TurnsTest, TwoCpusArePooled) {
  FakeCell& cell = add(2000, 2);
  Team team(2, {});
  run(small_plan, team);
  EXPECT_EQ(turns_[0].tally.packets, cell.packets());
  EXPECT_EQ(turns_[0].ns_per_packet.size(), small_plan.laps);
}

TEST_F(TurnsTest, WarmUpSetsTheBatchToSomeFiftyMicroseconds) {
  add(2000);
  Team team(1, {});
  run({.warm_up_ns = 1e6, .timed_ns = 5e5, .laps = 10}, team);
  // The maximum over ten turns: on a busy machine polls take longer and batches have fewer of them.
  const unsigned polls = *std::max_element(log_.polls.begin(), log_.polls.end());
  EXPECT_GE(polls, 10U);
  EXPECT_LE(polls, 26U);
  for (const unsigned p : log_.polls) {
    EXPECT_TRUE(p == 1 || p % 2 == 0) << "as many RX polls as TX polls";
  }
}

TEST_F(TurnsTest, TheStackIsAtAnotherPlaceInEachBatch) {
  add(6400);
  Team team(1, {});
  run({.warm_up_ns = 1e5, .timed_ns = 1e6, .laps = 8}, team);
  ASSERT_GT(log_.calls.size(), 100U);
  EXPECT_GT(log_.stacks.size(), 50U);
}

TEST_F(TurnsTest, WhatPacketsAllocateIsAtAnotherPlaceInTurns) {
  add(6400);
  Team team(1, {});
  run({.warm_up_ns = 0, .timed_ns = 1e5, .laps = 24}, team);
  EXPECT_GT(log_.requests.size(), 3U);
}

// With pollution, each poll is timed separately, and the time of the pollution is not counted.
TEST_F(TurnsTest, PollutionIsBetweenPollsAndNotTimed) {
  add(64'000);
  Team team(1, {});
  run({.warm_up_ns = 1e5, .timed_ns = 1e6, .laps = 4, .cache = {.polluted_kib = 4096}}, team);
  EXPECT_TRUE(std::all_of(log_.polls.begin(), log_.polls.end(), [](unsigned n) { return n == 1; }));
  double least = 1e9;
  for (const auto& ns : turns_[0].ns_per_packet) least = std::min(least, ns.value_or(1e9));
  EXPECT_NEAR(least, 1000, 300);
}

// With a cold cache, each poll is timed separately, after a flush. If the flushes were timed, each
// would fill its turn.
TEST_F(TurnsTest, AFlushComesBeforeEachPollAndIsNotTimed) {
  add(20'000);
  Team team(1, {});
  const TurnPlan plan{.warm_up_ns = 0, .timed_ns = 1e6, .laps = 8, .cache = {.cold = true}};
  run(plan, team);
  ASSERT_EQ(log_.flushes.size(), log_.calls.size());
  for (std::size_t i = 0; i < log_.flushes.size(); ++i) EXPECT_EQ(log_.flushes[i], i);
  EXPECT_TRUE(std::all_of(log_.polls.begin(), log_.polls.end(), [](unsigned n) { return n == 1; }));
  EXPECT_GT(log_.calls.size(), 8U * plan.laps);
}

TEST_F(TurnsTest, EachCpuFlushesTheSocketsOfItsOwnPolls) {
  const FakeCell& cell = add(2000, 2);
  Team team(2, {});
  run({.warm_up_ns = 0, .timed_ns = 1e5, .laps = 2, .cache = {.cold = true}}, team);
  for (const unsigned cpu : {0U, 1U}) {
    EXPECT_GT(cell.polls(cpu), 0U);
    EXPECT_EQ(cell.flushes(cpu), cell.polls(cpu));
  }
}

TEST_F(TurnsTest, NothingIsFlushedIfTheCacheIsNotCold) {
  add(2000);
  Team team(1, {});
  run(small_plan, team);
  TurnPlan polluted = small_plan;
  polluted.cache.polluted_kib = 64;
  run(polluted, team);
  EXPECT_TRUE(log_.flushes.empty());
}

// In a turn of 50 µs batches, a batch in which the thread slept for 3 ms is dropped and counted.
TEST_F(TurnsTest, DisturbedBatchesAreDroppedAndCounted) {
  add(3200).sleep_at = 10;
  Team team(1, {});
  run({.warm_up_ns = 0, .timed_ns = 1e7, .laps = 4}, team);
  EXPECT_GT(turns_[0].batches_disturbed, 4U);
  double least = 1e9;
  for (const auto& ns : turns_[0].ns_per_packet) least = std::min(least, ns.value_or(1e9));
  EXPECT_LT(least, 75) << "if such batches were kept, the result would be 4,700 ns";
}

// Each turn is cleaned first, so what another cell leaves behind voids nothing. What a cell's own
// packets leave behind is counted.
TEST_F(TurnsTest, ACellThatDirtiesTheSimdStateIsCountedAndSpoilsNoOther) {
  if (!keeps_dirty_simd()) GTEST_SKIP() << "this CPU does not tell, or memcpy() cleans the state";
  for (const unsigned cpu : {0U, 1U}) {
    for (const unsigned polluted_kib : {0U, 64U}) {
      cells_.clear();
      add(2000, 2).dirty_on = cpu;
      add(2000, 2);
      Team team(2, {});
      TurnPlan plan = small_plan;
      plan.cache.polluted_kib = polluted_kib;
      run(plan, team);
      for (const Turns& c : turns_) {
        EXPECT_EQ(c.turns_void, 0U);
        EXPECT_EQ(c.ns_per_packet.size(), plan.laps);
        EXPECT_GT(c.batches, 0U);
      }
      EXPECT_EQ(turns_[0].turns_dirtied, plan.laps);
      EXPECT_EQ(turns_[1].turns_dirtied, 0U);
    }
  }
}

TEST_F(TurnsTest, ATurnThatBeginsWithADirtySimdStateIsVoid) {
  if (!keeps_dirty_simd()) GTEST_SKIP() << "this CPU does not tell, or memcpy() cleans the state";
  for (const unsigned cpu : {0U, 1U}) {
    cells_.clear();
    FakeCell& cell = add(2000, 2);
    cell.dirty_on = cpu;
    Team team(2, {});
    TurnPlan plan = small_plan;
    plan.clean_simd = false;  // so what the warm-up left in use still is
    run(plan, team);
    EXPECT_EQ(turns_[0].turns_void, plan.laps);
    EXPECT_EQ(turns_[0].turns_dirtied, 0U);
    EXPECT_EQ(turns_[0].batches, 0U);
    EXPECT_EQ(turns_[0].ns_per_packet, std::vector<std::optional<double>>(plan.laps));
    EXPECT_EQ(turns_[0].tally.packets, cell.packets()) << "its packets still count";
    team.run([](unsigned) { clean_simd(); });
  }
}

TEST(TurnPlan, IsTheSameForEveryStrategyAndLongerForManySockets) {
  for (const bool open_loop : {false, true}) {
    EXPECT_EQ(TurnPlan::of(1000, 1, {}, open_loop).timed_ns, 2e6);
    EXPECT_EQ(TurnPlan::of(1001, 1, {}, open_loop).timed_ns, 10e6);
    for (const CacheState& cache :
         {CacheState{}, CacheState{.polluted_kib = 512}, CacheState{.cold = true}}) {
      const TurnPlan plan = TurnPlan::of(10'000, 1, cache, open_loop);
      EXPECT_EQ(plan.warm_up_ns, plan.timed_ns);
      EXPECT_EQ(plan.cache, cache);
      EXPECT_EQ(plan.laps % 2, 0U) << "a lap and its reverse";
      EXPECT_GE(plan.laps, 4U);
    }
  }
}

TEST(TurnPlan, RunsOfAFlowMakeTheWarmUpLongerButNotTheRest) {
  for (const auto& [flow_run, times] : {std::pair(1U, 1), {2U, 2}, {4U, 4}, {32U, 4}}) {
    const TurnPlan plan = TurnPlan::of(10'000, flow_run, {}, false);
    EXPECT_EQ(plan.warm_up_ns, times * plan.timed_ns) << flow_run;
    EXPECT_EQ(plan.timed_ns, TurnPlan::of(10'000, 1, {}, false).timed_ns);
    EXPECT_EQ(plan.laps, TurnPlan::of(10'000, 1, {}, false).laps);
  }
}

}  // namespace
}  // namespace tfm::bench::test
