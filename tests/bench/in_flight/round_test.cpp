// SPDX-License-Identifier: MIT
// Operations that end later: the throughput of each kind of strategy in virtual time, computed by
// hand; that every packet is checked; and how long a received packet waits.
#include "bench/in_flight/round.hpp"

#include <fmt/format.h>

#include "bench/cell/metered_gfp.hpp"
#include "bench/in_flight/engine.hpp"
#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {
namespace {

class InFlightRounds : public OnCpu {
 protected:
  static EngineOptions options(std::uint32_t depth) {
    return {.depth = depth, .engine_ns = 10'000, .service_ns = 500, .own_ns = 100, .seed = 1};
  }

  /// Runs twice through the trace.
  static EngineFlow flow_of(const Workload& workload, std::string_view strategy,
                            std::uint32_t depth, double own_ns = 100) {
    const auto cell = opened(workload, strategy);
    EngineOptions of = options(depth);
    of.own_ns = own_ns;
    return run_engine_flow(*cell, workload.polls(0), 2, of);
  }

  static std::unique_ptr<Workload> workload_of(const Block& block) {
    auto workload = make_workload(block, 1);
    workload->derive_keys();
    return workload;
  }
};

TEST_F(InFlightRounds, AnEngineReturnsOperationsOutOfOrder) {
  Engine engine(1000, 7);
  for (std::uint32_t slot = 0; slot < 100; ++slot) engine.submit(slot * 10.0, slot);
  EXPECT_EQ(engine.holds(), 100U);
  double last = 0;
  bool overtook = false;
  std::uint32_t highest = 0;
  while (!engine.empty()) {
    const Engine::Leaving next = engine.next();
    engine.take();
    EXPECT_GE(next.at_ns, last);
    EXPECT_GE(next.at_ns, next.slot * 10.0 + 500);
    EXPECT_LE(next.at_ns, next.slot * 10.0 + 1500);
    overtook |= next.slot < highest;
    highest = std::max(highest, next.slot);
    last = next.at_ns;
  }
  EXPECT_TRUE(overtook);
}

// A packet takes 100 ns of the CPU and on average 10,000 ns of the engine.
TEST_F(InFlightRounds, EachKindHasTheThroughputThatItsRuleAllows) {
  const Block block = small_block();
  const auto workload = workload_of(block);
  for (const Registered& s : strategies_for(block)) {
    if (s.in_batches) continue;
    for (const std::uint32_t depth : {1U, 16U}) {
      SCOPED_TRACE(fmt::format("{} {}", s.name, depth));
      const EngineFlow f = flow_of(*workload, s.name, depth);
      expect_balanced(f.tally);
      EXPECT_EQ(f.packets, 2 * workload->polls(0) * poll_packets);
      EXPECT_EQ(f.checked, f.packets);
      EXPECT_EQ(f.wrong, 0U);
      EXPECT_EQ(f.overtaken, 0U);
      EXPECT_EQ(f.kind, s.in_flight);
      const double one = 1e9 / 10'100, all = 1e9 / 500;
      switch (s.in_flight) {
        case InFlight::none:
          EXPECT_NEAR(f.pps, all, 1);
          EXPECT_GT(f.refused, f.packets * 9 / 10);
          EXPECT_EQ(f.most_held + f.waits + f.engine_waits, 0U);
          break;
        case InFlight::one_per_cpu:
          EXPECT_NEAR(f.pps, one, one / 20);
          EXPECT_EQ(f.most_held, 1U);
          EXPECT_GT(depth == 1 ? f.engine_waits : f.waits, f.packets * 9 / 10);
          EXPECT_EQ(depth == 1 ? f.waits : f.engine_waits, 0U);
          break;
        case InFlight::many:
          EXPECT_NEAR(f.pps, depth * one, depth * one / 10);
          EXPECT_EQ(f.most_held, depth);
          EXPECT_EQ(f.waits, 0U) << "only the engine limits it";
          break;
      }
    }
  }
}

TEST_F(InFlightRounds, TheSameSeedGivesTheSame) {
  const auto workload = workload_of(small_block());
  const EngineFlow a = flow_of(*workload, "per_socket_tfm", 8);
  const EngineFlow b = flow_of(*workload, "per_socket_tfm", 8);
  EXPECT_EQ(a.pps, b.pps);
  EXPECT_EQ(a.engine_waited_ns, b.engine_waited_ns);
  EXPECT_EQ(a.waits + a.engine_waits, b.waits + b.engine_waits);
}

TEST_F(InFlightRounds, RequestsInFlightTakeMemoryUnlessPreallocated) {
  const auto workload = workload_of(small_block());
  const auto peak = [&](const char* strategy, std::uint32_t depth) {
    return flow_of(*workload, strategy, depth).request_bytes_peak;
  };
  EXPECT_EQ(peak("percpu_pool", 16), 0U);
  EXPECT_EQ(peak("onstack", 16), 0U);
  EXPECT_GT(peak("per_socket_tfm", 1), 0U);
  // glibc gives a rest that is too small for a chunk (16 bytes) to the chunk before it.
  EXPECT_NEAR(static_cast<double>(peak("per_socket_tfm", 16)),
              static_cast<double>(16 * peak("per_socket_tfm", 1)), 16 * 16);
}

// ESP's receiver has a replay window of 64. With one connection and 512 operations in flight,
// packets fall out of it.
TEST_F(InFlightRounds, OvertakenPacketsAreRefusedAndCounted) {
  Block block = small_block("esp/fixed_64", "gcm(aes128)");
  block.sockets = 1;
  block.forged_percent = 0;
  const auto workload = workload_of(block);
  const EngineFlow few = flow_of(*workload, "per_socket_tfm", 4);
  EXPECT_EQ(few.overtaken, 0U);
  EXPECT_EQ(few.wrong, 0U);
  const EngineFlow many = flow_of(*workload, "per_socket_tfm", 512, 10);
  EXPECT_GT(many.overtaken, 0U);
  EXPECT_EQ(many.tally.drops, many.overtaken);
  EXPECT_EQ(many.wrong, 0U);
}

// Both can be in flight at once. The one that ends later counts as the replay.
TEST_F(InFlightRounds, OnlyOneOfAPacketAndItsReplayIsAccepted) {
  Block block = small_block("esp/fixed_64", "gcm(aes128)");
  block.sockets = 1;
  const auto workload = workload_of(block);
  const EngineFlow one = flow_of(*workload, "per_socket_tfm", 1);
  EXPECT_EQ(one.overtaken, 0U);
  const EngineFlow f = flow_of(*workload, "per_socket_tfm", 4);
  EXPECT_GT(f.overtaken, 0U);
  EXPECT_EQ(f.wrong, 0U);
  EXPECT_EQ(f.tally.accepted, one.tally.accepted);
  EXPECT_EQ(f.tally.forged_accepted, 0U);
}

TEST_F(InFlightRounds, AWrongMacIsDetected) {
  const SpoiledWorkload<OneWrongByte> workload(small_block());
  const EngineFlow flow = flow_of(workload, "spoiled", 8);
  EXPECT_GT(flow.wrong, flow.packets * 9 / 10);
  const auto cell = opened(workload, "spoiled");
  EXPECT_GT(run_preemption(*cell, workload.polls(0), 1, Clock(), 1).wrong, 0U);
}

TEST_F(InFlightRounds, AReceivedPacketWaitsIfBottomHalvesAreDisabled) {
  const Block block = small_block();
  const auto workload = workload_of(block);
  const std::uint64_t pairs = workload->polls(0) * poll_packets / 2;
  const Clock clock;
  for (const Registered& s : strategies_for(block)) {
    SCOPED_TRACE(s.name);
    const auto cell = opened(*workload, s.name);
    const Preemption p = run_preemption(*cell, workload->polls(0), 2, clock, 1);
    const bool holds = s.in_flight == InFlight::one_per_cpu || s.in_batches;
    EXPECT_EQ(p.held, holds);
    EXPECT_EQ(p.rx_packets, pairs);
    EXPECT_EQ(p.rx_waited, holds ? pairs : 0);
    EXPECT_EQ(p.checked, 2 * pairs);
    EXPECT_EQ(p.wrong, 0U);
    EXPECT_EQ(p.section.count() + p.disturbed, 2 * pairs);
    EXPECT_LT(p.disturbed, pairs / 10) << "slow sections are left out, not only interrupted ones";
    EXPECT_EQ(p.failed, 0U);
    EXPECT_EQ(p.wait.count(), holds ? p.section.count() : 0);
    EXPECT_LE(p.wait.max_ns(), p.section.max_ns());
    EXPECT_EQ(softirq_depth, 0U);
  }
}

// Nine of ten sections are 100 ns long, one is 900 ns. So half of the time is in long sections.
// Arrivals are uniform in time.
TEST_F(InFlightRounds, ArrivalsMeetSectionsInProportionToTheirLength) {
  std::vector<double> sections(10'000, 100);
  for (std::size_t i = 3; i < sections.size(); i += 10) sections[i] = 900;
  Rng rng(5);
  const Histogram waits = draw_waits(sections, rng);
  EXPECT_EQ(waits.count(), sections.size());
  EXPECT_LE(waits.max_ns(), 900U);
  const auto longer_than = [&](std::uint64_t ns) {
    std::uint64_t count = 0;
    for (std::size_t b = Histogram::bucket(ns); b < Histogram::buckets; ++b) {
      count += waits.count_in(b);
    }
    return static_cast<double>(count);
  };
  // A share of 0.5 * (900 - ns) / 900 meets a long section and waits for ns or more. The tolerance
  // is five deviations.
  EXPECT_NEAR(longer_than(128), 5000. * (900 - 128) / 900, 250);
  EXPECT_NEAR(longer_than(512), 5000. * (900 - 512) / 900, 250);
  // For the short sections: 0.5 * (100 - 64) / 100.
  EXPECT_NEAR(longer_than(64), 5000. * (900 - 64) / 900 + 5000. * (100 - 64) / 100, 250);
  EXPECT_EQ(draw_waits({}, rng).count(), 0U);
}

TEST_F(InFlightRounds, AnInterruptedSectionIsLeftOutAndCounted) {
  std::vector<double> sections{250, 40'000, 90, 100, 1600, 110, 1761};
  EXPECT_EQ(leave_out_interrupted(sections), 1U);
  EXPECT_EQ(sections, (std::vector<double>{250, 90, 100, 1600, 110, 1761}));
  sections = {100, 100, 1600, 1601};
  EXPECT_EQ(leave_out_interrupted(sections), 0U) << "the upper one in the middle is 1600";
  sections = {100, 100, 100, 1600, 1601};
  EXPECT_EQ(leave_out_interrupted(sections), 1U);
  EXPECT_EQ(sections.back(), 1600);
  sections.clear();
  EXPECT_EQ(leave_out_interrupted(sections), 0U);
}

struct Failing : Sound {
  Errno allow() noexcept override { return Errno::enomem; }
};

TEST_F(InFlightRounds, AFailedOperationIsNotASection) {
  const SpoiledWorkload<Failing> workload(small_block());
  const auto cell = opened(workload, "spoiled");
  const Preemption p = run_preemption(*cell, workload.polls(0), 1, Clock(), 1);
  EXPECT_EQ(p.failed, 2 * workload.polls(0) * poll_packets / 2) << "the warm-up's too";
  EXPECT_EQ(p.section.count() + p.disturbed, 0U);
}

TEST_F(InFlightRounds, TheMeterCountsOnlyBytesAboveTheStart) {
  void* before = gfp_alloc(1000, Gfp::kernel, Owner::socket);
  std::uint64_t peak = 0;
  {
    const MeteredGfp meter;
    gfp_free(before);
    void* a = gfp_alloc(500, Gfp::atomic, Owner::request);
    EXPECT_EQ(meter.peak_bytes(), 0U) << "less than before";
    void* b = gfp_alloc(10'000, Gfp::atomic, Owner::request);
    peak = meter.peak_bytes();
    {
      const Unmetered unmetered;
      gfp_free(gfp_alloc(100'000, Gfp::atomic, Owner::request));
    }
    gfp_free(a);
    gfp_free(b);
    EXPECT_EQ(meter.peak_bytes(), peak);
  }
  EXPECT_GT(peak, 9'000U);
  EXPECT_LT(peak, 10'500U);
}

TEST_F(InFlightRounds, ARoundHasEveryStrategyOnceAndMeasuresItsTimes) {
  RoundRequest request;
  request.block = small_block();
  request.block.in_flight = 8;
  request.pass = Pass::in_flight;
  request.baseline = "percpu_pool";
  request.strategies = {"percpu_pool", "null", "per_socket_tfm", "onstack"};
  const InFlightRound round = run_in_flight_round(request);
  ASSERT_EQ(round.cells.size(), request.strategies.size());
  for (std::size_t i = 0; i < round.cells.size(); ++i) {
    const InFlightCell& c = round.cells[i];
    EXPECT_EQ(c.strategy, request.strategies[i]);
    EXPECT_EQ(c.engine.depth, 8U);
    EXPECT_GT(c.engine.own_ns, 0);
  }
  request.block.in_flight = 0;
  EXPECT_THROW(run_in_flight_round(request), std::runtime_error);
}

}  // namespace
}  // namespace tfm::bench::test
