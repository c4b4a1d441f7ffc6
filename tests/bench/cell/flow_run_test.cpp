// SPDX-License-Identifier: MIT
// Traces with runs of a flow: how long they are, which sockets they visit, and that every strategy
// handles them right.
#include <set>

#include "bench/cell/trace_length.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

Block with_runs(std::uint32_t flow_run, std::uint32_t sockets) {
  Block block = small_block("tcp_ao/keepalive");
  block.flow_run = flow_run;
  block.sockets = sockets;
  return block;
}

TEST(FlowRun, ATraceHasTwiceAsManyRunsAsSocketsUpToALimit) {
  EXPECT_EQ(trace_packets(1000, 1, 1), 4096U) << "64 polls";
  EXPECT_EQ(trace_packets(10'000, 1, 1), 20'000U);
  EXPECT_EQ(trace_packets(1000, 8, 1), 16'000U);
  EXPECT_EQ(trace_packets(10'000, 32, 1), 640'000U);
  EXPECT_EQ(trace_packets(100'000, 32, 1), most_packets_for_runs);
  EXPECT_EQ(trace_packets(50'000, 32, 2), most_packets_for_runs / 2) << "of two CPUs";
  EXPECT_EQ(trace_packets(2'000'000, 32, 1), 4'000'000U) << "not fewer than without runs";
}

/// The mean number of packets of one socket in a row, in the order of each direction's packets.
double mean_run(const Trace& trace) {
  std::size_t runs = 0;
  const Skb* last[2] = {};
  for (const Skb& skb : trace.skbs()) {
    const Skb*& before = last[static_cast<unsigned>(skb.direction)];
    if (before == nullptr || before->socket != skb.socket) ++runs;
    before = &skb;
  }
  return static_cast<double>(trace.skbs().size()) / static_cast<double>(runs);
}

// 86 % of the sockets are expected with twice as many runs as sockets: 1 - exp(-2).
TEST(FlowRun, TheMeanIsTheAxisAndTheSocketsAreVisitedAsWithoutRuns) {
  constexpr std::uint32_t sockets = 2000;
  for (const std::uint32_t flow_run : {1U, 8U, 32U}) {
    const TypedWorkload<TcpAo> workload(with_runs(flow_run, sockets));
    EXPECT_NEAR(mean_run(workload.trace(0)), flow_run, flow_run * 0.1);
    std::set<std::uint32_t> visited;
    for (const Skb& skb : workload.trace(0).skbs()) visited.insert(skb.socket);
    EXPECT_NEAR(static_cast<double>(visited.size()) / sockets, 0.865, 0.04) << flow_run;
  }
}

TEST(FlowRun, IsTakenFromTheBlockWithEachChoice) {
  Block block = with_runs(8, 1000);
  block.choice = "zipf";
  const TypedWorkload<TcpAo> workload(block);
  // Zipf's busy sockets follow themselves: 1 / (1 - 0.029) times as long runs.
  EXPECT_NEAR(mean_run(workload.trace(0)), 8.24, 0.8);
}

TEST(FlowRun, RunsOfACpuAreOfItsOwnSockets) {
  Block block = with_runs(8, 30);
  block.cpus = 2;
  const TypedWorkload<TcpAo> workload(block);
  for (unsigned cpu = 0; cpu < 2; ++cpu) {
    for (const Skb& skb : workload.trace(cpu).skbs()) ASSERT_EQ(skb.socket % 2, cpu);
    EXPECT_NEAR(mean_run(workload.trace(cpu)), 8.6, 1.5);
  }
}

class FlowRunCell : public OnCpu {};

// Packet numbers, replay windows and replays of the packet before, in batches too.
TEST_F(FlowRunCell, EveryStrategyHandlesRunsOfEveryProtocol) {
  for_each_protocol([]<class P>() {
    Block block = block_of<P>("imix");
    block.flow_run = 32;
    block.forged_percent = 20;
    const TypedWorkload<P> workload(block);
    std::size_t replays = 0, forged = 0;
    for (const Skb& skb : workload.trace(0).skbs()) {
      replays += workload.is_replay(skb);
      forged += skb.forged;
    }
    EXPECT_EQ(replays > 0, !std::is_empty_v<typename P::State>) << P::name;
    for (const Registered& s : strategies_for(block)) {
      SCOPED_TRACE(std::string(s.name) + " " + std::string(P::name));
      const auto cell = opened(workload, s.name);
      EXPECT_EQ(cell->check(SIZE_MAX), "");
      Tally t;
      cell->run(0, all_polls(workload), t);
      expect_balanced(t);
      EXPECT_EQ(t.drops, 0U);
      EXPECT_EQ(t.forged, s.name == "null" ? 0 : forged);
      EXPECT_EQ(t.forged_refused, t.forged);
      // A flipped bit can make the number of a packet an old one.
      EXPECT_GE(t.replays_refused, s.name == "null" ? 0 : replays);
    }
  });
}

}  // namespace
}  // namespace tfm::bench::test
