// SPDX-License-Identifier: MIT
// A round refuses a bad request before it times, and is void if something went wrong while it
// timed.
#include "bench/timed/round.hpp"

#include <cerrno>
#include <nlohmann/json.hpp>

#include "tests/bench/machine/software_counters.hpp"
#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {
namespace {

std::string refusal(const RoundRequest& request) {
  try {
    run_timed_round(request);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

class Round : public OnCpu {};

TEST_F(Round, ErrorsWhileTimingVoidTheRound) {
  const Tally right = {.packets = 10, .sent = 5, .accepted = 4, .forged = 1, .forged_refused = 1};
  EXPECT_NO_THROW(check_tally("tested", right, Failures::none));
  for (std::uint64_t Tally::*wrong :
       {&Tally::forged_accepted, &Tally::genuine_refused, &Tally::drops, &Tally::open_failures}) {
    Tally spoiled = right;
    spoiled.*wrong = 1;
    EXPECT_THROW(check_tally("tested", spoiled, Failures::none), std::runtime_error);
    const auto injected = [&] { check_tally("tested", spoiled, Failures::injected); };
    if (wrong == &Tally::drops || wrong == &Tally::open_failures) {
      EXPECT_NO_THROW(injected());
    } else {
      EXPECT_THROW(injected(), std::runtime_error) << "fail closed, faults or not";
    }
  }
}

TEST_F(Round, ATimedRoundHoldsATurnOfEveryLap) {
  RoundRequest request = request_of(small_block(), {"percpu_pool", "per_socket_tfm", "null"});
  request.block.churn_percent = 1;
  const TimedRound round = run_timed_round(request);
  ASSERT_EQ(round.cells.size(), 4U);
  EXPECT_GT(round.duration_ns, 0);
  EXPECT_GT(round.stamp_ns, 0);
  EXPECT_FALSE(round.load.has_value());
  for (const TimedCell& c : round.cells) {
    EXPECT_EQ(c.turns.ns_per_packet.size(), TurnPlan::of(32, 1, {}, false).laps) << c.name;
    EXPECT_EQ(c.turns.turns_void, 0U);
    EXPECT_FALSE(c.open_loop.has_value());
    expect_balanced(c.tally);
    EXPECT_GT(c.tally.opens + c.tally.accepts, 0U);
    EXPECT_EQ(c.tally.opens + c.tally.accepts, c.tally.closes);
  }
}

TEST_F(Round, ACountedTurnStandsBesideItsTime) {
  if (!software_counters_permitted()) GTEST_SKIP() << "not even software events are permitted";
  RoundRequest request = request_of(small_block(), {"percpu_pool", "null"});
  request.block.cpus = 2;
  const auto file =
      nlohmann::json::parse(to_json(request, run_timed_round(request, software_counters())));
  const std::vector<std::string> events = {"page_faults", "task_clock_ns", "context_switches"};
  EXPECT_EQ(file["counters"]["events"].get<std::vector<std::string>>(), events);
  EXPECT_TRUE(file["counters"]["missing"].is_null());
  for (const auto& cell : file["cells"]) {
    EXPECT_EQ(cell["batches_uncounted"], 0);
    EXPECT_EQ(cell["turn_counts_per_packet"].size(), events.size());
    for (const std::string& event : events) {
      const auto& counts = cell["turn_counts_per_packet"][event];
      ASSERT_EQ(counts.size(), cell["turn_ns_per_packet"].size()) << event;
      for (std::size_t lap = 0; lap < counts.size(); ++lap) {
        EXPECT_EQ(counts[lap].is_null(), cell["turn_ns_per_packet"][lap].is_null());
      }
    }
  }
}

TEST_F(Round, WithoutCountersTheFileSaysWhy) {
  const RoundRequest request = request_of(small_block(), {"percpu_pool"});
  const auto file =
      nlohmann::json::parse(to_json(request, run_timed_round(request, refused_counters(ENOENT))));
  EXPECT_TRUE(file["counters"]["events"].empty());
  EXPECT_EQ(file["counters"]["missing"].get<std::string>(),
            "no PMU (many virtual machines have none)");
  for (const auto& cell : file["cells"]) {
    EXPECT_FALSE(cell.contains("turn_counts_per_packet"));
    EXPECT_FALSE(cell.contains("batches_uncounted"));
  }
}

TEST_F(Round, AColdRoundIsARoundLikeOthers) {
  RoundRequest request = request_of(small_block(), {"percpu_pool", "per_socket_tfm", "null"});
  request.block.cache = "cold";
  request.block.churn_percent = 1;
  for (const TimedCell& c : run_timed_round(request).cells) {
    expect_balanced(c.tally);
    EXPECT_EQ(c.turns.ns_per_packet.size(), TurnPlan::of(32, 1, {.cold = true}, false).laps);
  }
}

TEST_F(Round, OpenLoopStampsEveryPacket) {
  RoundRequest request = request_of(small_block(), {"percpu_pool", "null"});
  request.block.load = "80%";
  const TimedRound round = run_timed_round(request);
  ASSERT_TRUE(round.load.has_value());
  EXPECT_GT(round.load->capacity_pps, 1000);
  EXPECT_NEAR(round.load->offered_pps, 0.8 * round.load->capacity_pps, 1);
  for (const TimedCell& c : round.cells) {
    SCOPED_TRACE(c.name);
    expect_balanced(c.tally);
    ASSERT_TRUE(c.open_loop.has_value());
    const Latencies& l = c.open_loop->latencies;
    EXPECT_EQ(l.response.count(), l.service.count());
    EXPECT_EQ(l.response.count(), l.lateness.count());
    EXPECT_EQ(c.open_loop->turns, TurnPlan::of(32, 1, {}, true).laps);
    EXPECT_LE(c.open_loop->turns_disturbed, c.open_loop->turns);
    EXPECT_EQ(c.open_loop->turns_void, 0U);
    EXPECT_EQ(l.response.count() == 0, c.open_loop->turns_disturbed == c.open_loop->turns);
    EXPECT_GE(l.response.max_ns() + 1, l.service.max_ns());
    EXPECT_GE(l.response.max_ns() + 1, l.lateness.max_ns());
    EXPECT_GE(l.response.quantile(0.5) * 33 / 32 + 1, l.service.quantile(0.5) * 31 / 32);
  }
}

TEST_F(Round, ARequestThatMakesNoSenseIsRefused) {
  const auto with = [](auto change) {
    RoundRequest request = request_of(small_block(), {"percpu_pool"});
    change(request);
    return refusal(request);
  };
  EXPECT_EQ(with([](RoundRequest& r) { r.strategies = {"nil"}; }), "nil cannot be made: ENOENT");
  EXPECT_EQ(with([](RoundRequest& r) { r.block.workload = "tcp_ao/huge"; }).substr(0, 33),
            "workload: unknown traffic \"huge\".");
  EXPECT_EQ(with([](RoundRequest& r) { r.block.faults.probability = 0.1; }),
            "a block with faults has counted rounds only");
  for (const char* load : {"", "0%", "100%", "70", "open", "7e1%", "-1%", "%"}) {
    EXPECT_EQ(
        with([&](RoundRequest& r) { r.block.load = load; }),
        "load: \"" + std::string(load) + "\" is neither \"closed\" nor \"N%\" with N from 1 to 99");
  }
  for (const char* cache : {"", "polluted", "polluted:", "polluted:0", "polluted:1k", "cold:1"}) {
    EXPECT_EQ(
        with([&](RoundRequest& r) { r.block.cache = cache; }),
        "cache: \"" + std::string(cache) +
            "\" is none of \"warm\", \"cold\", and \"polluted:KIB\" with KIB from 1 to 1048576");
  }
}

}  // namespace
}  // namespace tfm::bench::test
