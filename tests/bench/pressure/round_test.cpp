// SPDX-License-Identifier: MIT
// Pressure rounds: what is counted, that the counts add up, and that the same seed gives the same
// result.
#include "bench/pressure/round.hpp"

#include <numeric>

#include "runtime/zone/page_allocator.hpp"
#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {
namespace {

constexpr double service_ns = 250;
constexpr PressureLength brief{.flow_polls = 256, .trial_packets = 1024};  // eight bursts

Block pressed_block(std::uint32_t pages, std::string provider = "nettle") {
  Block block = small_block("tcp_ao/bgp_update", "hmac(sha1)", std::move(provider));
  block.sockets = 200;
  block.pages = pages;
  block.ring = 64;
  return block;
}

PressureCell pressed(const Block& block, const std::string& strategy, std::uint64_t seed = 3) {
  const auto workload = make_workload(block, seed);
  workload->derive_keys();
  return press(strategy, block, *workload, seed, service_ns, brief);
}

std::uint64_t total(const DropLog::Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& c) { return sum + c.first * c.second; });
}

void expect_same(const PressureCell& a, const PressureCell& b) {
  EXPECT_EQ(a.sockets_open, b.sockets_open);
  EXPECT_EQ(a.pages_open, b.pages_open);
  EXPECT_EQ(a.flow.operations, b.flow.operations);
  EXPECT_EQ(a.operations_refused(), b.operations_refused());
  EXPECT_EQ(a.flow.rx.skb_refused, b.flow.rx.skb_refused);
  EXPECT_EQ(a.flow.drops.bursts(), b.flow.drops.bursts());
  EXPECT_EQ(a.flow.drops.recoveries(), b.flow.drops.recoveries());
  EXPECT_EQ(a.flow.drops.timeline(), b.flow.drops.timeline());
  EXPECT_EQ(a.flow.sequence_hash, b.flow.sequence_hash);
  EXPECT_EQ(a.search.lossless_pps, b.search.lossless_pps);
  EXPECT_EQ(a.search.half_percent_loss_pps, b.search.half_percent_loss_pps);
  ASSERT_EQ(a.search.trials.size(), b.search.trials.size());
  for (std::size_t i = 0; i < a.search.trials.size(); ++i) {
    const Trial &s = a.search.trials[i], &t = b.search.trials[i];
    EXPECT_EQ(s.offered_pps, t.offered_pps);
    EXPECT_EQ(s.ring_losses, t.ring_losses);
    EXPECT_EQ(s.skb_losses, t.skb_losses);
    EXPECT_EQ(s.operation_losses, t.operation_losses);
  }
}

class Pressure : public OnCpu {};

TEST_F(Pressure, TheSameSeedGivesTheSameBitForBit) {
  Block block = pressed_block(2048);
  block.churn_percent = 1;
  for (const Registered& s : strategies_for(block)) {
    SCOPED_TRACE(s.name);
    expect_same(pressed(block, std::string(s.name)), pressed(block, std::string(s.name)));
  }
  const PressureCell cell = pressed(block, "tfm_pool");
  EXPECT_NE(cell.flow.sequence_hash, pressed(block, "tfm_pool", 4).flow.sequence_hash);
  EXPECT_NE(cell.flow.sequence_hash, pressed(block, "per_request_key").flow.sequence_hash);
}

// The zone does not refuse EVP's allocations: EVP frees the memory of the previous packet and asks
// for the same size again, with no other user in between.
TEST_F(Pressure, OpenSslAllocatesFromTheZoneToo) {
  const auto granted = [](const char* provider) {
    Block block = pressed_block(65'536, provider);
    block.forged_percent = 0;  // a packet cut short needs no operation
    const auto workload = make_workload(block, 3);
    workload->derive_keys();
    ZonedCell zoned(*workload, "percpu_pool", {.pages = block.pages});
    const PressureFlow flow = run_pressure_flow(zoned, 64, 0);
    EXPECT_EQ(flow.operations, 64 * poll_packets);
    const std::uint64_t atomic = zoned.zone().usage().atomic.granted;
    zoned.close();
    return atomic;
  };
  EXPECT_EQ(granted("nettle"), 2 * 32 * poll_packets) << "two for each skb";
  EXPECT_GE(granted("openssl"), (2 * 32 + 5 * 64) * poll_packets) << "five for each key";
}

TEST_F(Pressure, OnlyAllocatingStrategiesFailUnderPressure) {
  const Block block = pressed_block(1024);
  std::uint64_t larger_skbs_refused = 0, most_refused = 0;
  for (const Registered& s : strategies_for(block)) {
    SCOPED_TRACE(s.name);
    const PressureCell cell = pressed(block, std::string(s.name));
    const PressureFlow& f = cell.flow;
    EXPECT_EQ(cell.sockets_open, 200U);
    EXPECT_GT(f.rx.skb_refused, 100U) << "every strategy is under pressure";
    const Algorithm& algorithm = *find_algorithm("hmac(sha1)", "nettle");
    const bool has_reserve = s.name == Mempool::name;
    const auto may_fail = [&](Direction d) {
      return s.fast_path_allocations(algorithm, d) > 0 && !has_reserve;
    };
    EXPECT_EQ(cell.skb_headroom_bytes > 0, s.name == SkbRequest::name);
    EXPECT_EQ(f.rx.operation_refused > 0, may_fail(Direction::rx));
    EXPECT_EQ(f.tx.operation_refused > 0, may_fail(Direction::tx));
    // Only those that allocate nothing are compared: refused requests leave pages to skbs.
    if (!may_fail(Direction::rx) && !has_reserve) {
      auto& refused = cell.skb_headroom_bytes > 0 ? larger_skbs_refused : most_refused;
      refused = std::max(refused, f.rx.skb_refused);
    }
    EXPECT_EQ(f.free_pages_lowest, zone_watermarks(1024, 0).atomic)
        << "the lowest mark for atomic allocations";
  }
  EXPECT_GE(larger_skbs_refused, most_refused) << "skbs with a request in them take more";
}

// With a replay state: a packet that was lost without an skb was never accepted, so its replay in
// the trace would be the first packet with that number.
TEST_F(Pressure, AReplayOfALostPacketIsRefused) {
  Block block = small_block("esp/fixed_64", "gcm(aes128)");
  block.sockets = 200;
  block.pages = 1024;
  block.ring = 64;
  block.forged_percent = 30;
  for (const char* strategy : {"percpu_pool", "per_socket_tfm"}) {
    SCOPED_TRACE(strategy);
    const PressureCell cell = pressed(block, strategy);
    expect_balanced(cell.flow.tally);
    EXPECT_GT(cell.flow.rx.skb_refused, 100U);
    EXPECT_GT(cell.flow.tally.replays_refused, 100U);
    EXPECT_GT(cell.flow.tally.accepted, 100U);
  }
}

// All packets are too short to be compressed, so no refused allocation is a strategy's.
TEST_F(Pressure, PacketsWithoutOperationAreNeitherCountedNorRefused) {
  Block block = block_of<Ipcomp>("fixed_64");
  block.sockets = 4;
  block.pages = 1024;
  block.ring = 64;
  const PressureCell cell = pressed(block, "per_socket_tfm");
  EXPECT_GT(cell.flow.rx.skb_refused, 100U);
  EXPECT_EQ(cell.flow.operations, 0U);
  EXPECT_EQ(cell.operations_refused(), 0U);
  EXPECT_GT(cell.flow.tally.sent, 1000U);
}

TEST_F(Pressure, EveryPacketIsCountedOnce) {
  Block block = pressed_block(1024);
  block.churn_percent = 2;
  for (const Registered& s : strategies_for(block)) {
    SCOPED_TRACE(s.name);
    const PressureCell cell = pressed(block, std::string(s.name));
    const PressureFlow& f = cell.flow;
    expect_balanced(f.tally);
    EXPECT_EQ(f.rx.packets + f.tx.packets, f.tally.packets);
    EXPECT_EQ(f.rx.packets, brief.flow_polls / 2 * poll_packets);
    EXPECT_EQ(cell.operations_refused(), f.tally.allocation_failures);
    const std::uint64_t for_memory = f.rx.skb_refused + cell.operations_refused();
    EXPECT_EQ(total(f.drops.bursts()), for_memory);
    // Other dropped packets had no open socket, so no strategy was asked. Packets cut short were
    // not asked for either.
    EXPECT_GE(f.tally.packets - f.operations - f.rx.skb_refused, f.tally.drops - for_memory);
    EXPECT_LE(f.tally.packets - f.operations - f.rx.skb_refused,
              f.tally.drops - for_memory + f.tally.forged_refused);
    EXPECT_EQ(f.open_failures + f.accept_failures, f.tally.open_failures);
    EXPECT_GT(f.tally.opens, 0U);
    EXPECT_GT(f.tally.accepts, 0U);
    EXPECT_LE(f.drops.timeline().size(), DropLog::most_points);
  }
}

struct EveryTenth : Sound {
  inline static std::uint64_t asked = 0;
  Errno allow() noexcept override { return ++asked % 10 == 0 ? Errno::enomem : Errno::ok; }
};

TEST_F(Pressure, OperationsCountTheRequestsToTheStrategy) {
  for (const std::uint32_t pages : {1024U, 65'536U}) {
    Block block = pressed_block(pages);
    block.forged_percent = 0;  // a packet cut short needs no operation
    SpoiledWorkload<EveryTenth> workload(block);
    workload.derive_keys();
    EveryTenth::asked = 0;
    ZonedCell zoned(workload, "spoiled", {.pages = pages, .min_pages = pages == 1024 ? 500U : 0U});
    const PressureFlow f = run_pressure_flow(zoned, 64, 0);
    EXPECT_EQ(f.operations, EveryTenth::asked);
    EXPECT_EQ(f.operations, std::uint64_t{64} * poll_packets - f.rx.skb_refused);
    if (pages == 1024) continue;
    EXPECT_EQ(f.rx.skb_refused, 0U);
    EXPECT_EQ(f.rx.operation_refused + f.tx.operation_refused, f.operations / 10);
    EXPECT_EQ(f.drops.bursts(), (DropLog::Counts{{1, f.operations / 10}}));
    EXPECT_EQ(f.drops.recoveries().size(), 1U)
        << "with a drop every ten packets the episode does not end";
  }
}

TEST_F(Pressure, SocketsThatDoNotFitAreReported) {
  // 200 sockets with two transforms each, in objects of 512 bytes, take 50 pages.
  Block large = pressed_block(64);
  large.algorithm = "cmac(aes128)";
  const PressureCell some = pressed(large, "per_socket_tfm");
  EXPECT_GT(some.sockets_open, 0U);
  EXPECT_LT(some.sockets_open, 200U);
  EXPECT_EQ(some.open_failures(), 200 - some.sockets_open);
  EXPECT_GT(some.flow.operations, 0U);
  Block block = pressed_block(64);
  block.possible_cpus = 512;
  const PressureCell none = pressed(block, "percpu_pool");
  EXPECT_EQ(none.sockets_open, 0U);
  EXPECT_EQ(none.open_failures(), 200U);
  EXPECT_EQ(none.flow.tally.packets, 0U);
  EXPECT_TRUE(none.search.trials.empty());
}

TEST_F(Pressure, APressureRoundHasEveryStrategyOnceAndMeasuresItsServiceTime) {
  RoundRequest request;
  request.block = pressed_block(8192);
  request.pass = Pass::pressure;
  request.baseline = "percpu_pool";
  request.strategies = {"percpu_pool", "null", "per_socket_tfm"};
  request.aa_copies = 2;
  const PressureRound round = run_pressure_round(request);
  ASSERT_EQ(round.cells.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(round.cells[i].strategy, request.strategies[i]);
    EXPECT_GT(round.cells[i].search.service_ns, 1);
    EXPECT_EQ(round.cells[i].search.slots, 64U);
  }
  EXPECT_LT(round.cells[1].search.service_ns, round.cells[0].search.service_ns);
  request.block.pages = 0;
  EXPECT_THROW(run_pressure_round(request), std::runtime_error);
}

TEST_F(Pressure, AnImpossibleZoneIsRefused) {
  const auto workload = make_workload(pressed_block(8), 1);
  EXPECT_THROW(ZonedCell(*workload, "percpu_pool", {.pages = 8}), std::runtime_error);
  EXPECT_THROW(ZonedCell(*workload, "nil", {.pages = 1024}), std::runtime_error);
}

}  // namespace
}  // namespace tfm::bench::test
