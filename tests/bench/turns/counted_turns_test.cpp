// SPDX-License-Identifier: MIT
// Counters beside the times of turns: what they contain, and which batches have none.
#include <gtest/gtest.h>

#include "bench/turns/turns.hpp"
#include "tests/bench/machine/software_counters.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

/// A cell that has page faults in every poll, and others when sockets are flushed.
class FaultingCell final : public CellPolls {
 public:
  static constexpr std::size_t in_a_poll = 16;

  std::string check(std::size_t) override { return {}; }
  void run(unsigned, unsigned polls, Tally& tally) noexcept override {
    for (unsigned i = 0; i < polls; ++i) in_polls_.touch();
    tally.packets += std::uint64_t{polls} * poll_packets;
  }
  Flushed flush_sockets(unsigned) noexcept override {
    elsewhere_.touch();
    return {};
  }
  void set_churn(bool) noexcept override {}
  void set_direction(std::optional<Direction>) noexcept override {}
  void seek(unsigned, std::uint64_t) noexcept override {}

 private:
  AbsentPages in_polls_{in_a_poll};
  AbsentPages elsewhere_{100};
};

class CountedTurns : public OnCpu {
 protected:
  /// The turns of a cell that is counted by this source.
  Turns run(const CounterSource& source, const CacheState& cache) {
    FaultingCell cell;
    CellPolls* const cells[] = {&cell};
    Team team(1, {});
    const TeamCounters counters(team, source);
    const TurnPlan plan{.warm_up_ns = 1e5, .timed_ns = 4e5, .laps = laps, .cache = cache};
    return run_turns(cells, plan, team, clock_, 1, &counters).front();
  }
  static constexpr unsigned laps = 6;

  Clock clock_;
};

constexpr CacheState warm{}, cold{.cold = true};

TEST_F(CountedTurns, CountWhatABatchDoesAndNothingElse) {
  if (!software_counters_permitted()) GTEST_SKIP() << "not even software events are permitted";
  for (const CacheState& cache : {warm, cold}) {
    const Turns turns = run(software_counters(), cache);
    ASSERT_EQ(turns.counts_per_packet.size(), laps);
    EXPECT_EQ(turns.batches_uncounted, 0U);
    double least = 1e9;
    for (std::size_t lap = 0; lap < laps; ++lap) {
      EXPECT_EQ(turns.counts_per_packet[lap].has_value(), turns.ns_per_packet[lap].has_value());
      if (!turns.counts_per_packet[lap]) continue;
      const double faults = (*turns.counts_per_packet[lap])[page_faults_at];
      EXPECT_GE(faults, FaultingCell::in_a_poll / 64.0);
      least = std::min(least, faults);
    }
    // A turn can have faults of its own, such as the first touch of a page of code.
    EXPECT_LT(least, 1.5 * FaultingCell::in_a_poll / 64.0)
        << "100 faults come between polls if the cache is cold";
  }
}

// With a cold cache each poll is read by itself: from an even reading to an odd one.
TEST_F(CountedTurns, ArePerPacketOfTheBatchesThatWereKept) {
  const auto source = recorded_counters(20'000, [](std::uint64_t i) {
    const std::uint64_t polls = (i + 1) / 2;
    const std::uint64_t between = i / 2;
    return CounterReading{
        i, i, {6400 * polls + 999 * between, 640 * polls, 64 * polls, 0, 32 * polls}};
  });
  const Turns turns = run(source, cold);
  ASSERT_EQ(turns.counts_per_packet.size(), laps);
  for (const auto& counts : turns.counts_per_packet) {
    if (counts) {
      EXPECT_EQ(*counts, (CountsPerPacket{100, 10, 1, 0, 0.5}));
    }
  }
  EXPECT_EQ(turns.batches_uncounted, 0U);
}

TEST_F(CountedTurns, BatchesInWhichThePmuHadAnotherGroupAreNotCounted) {
  const auto source = recorded_counters(20'000, [](std::uint64_t i) {
    return CounterReading{2 * i, i, {i, i, i, i, i}};
  });
  const Turns turns = run(source, warm);
  EXPECT_EQ(turns.counts_per_packet, std::vector<std::optional<CountsPerPacket>>(laps));
  EXPECT_EQ(turns.batches_uncounted, turns.batches - turns.batches_disturbed);
  EXPECT_NE(turns.ns_per_packet, std::vector<std::optional<double>>(laps)) << "times stay";
}

TEST_F(CountedTurns, BatchesWhoseReadingIsRefusedAreNotCounted) {
  const Turns turns =
      run(recorded_counters(0, [](std::uint64_t) { return CounterReading{}; }), cold);
  EXPECT_EQ(turns.counts_per_packet, std::vector<std::optional<CountsPerPacket>>(laps));
  EXPECT_EQ(turns.batches_uncounted, turns.batches - turns.batches_disturbed);
}

TEST_F(CountedTurns, NothingIsKeptWhereNothingIsCounted) {
  const Turns turns = run(refused_counters(ENOENT), warm);
  EXPECT_TRUE(turns.counts_per_packet.empty());
  EXPECT_EQ(turns.batches_uncounted, 0U);
  EXPECT_EQ(turns.ns_per_packet.size(), laps);
}

}  // namespace
}  // namespace tfm::bench::test
