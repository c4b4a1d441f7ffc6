// SPDX-License-Identifier: MIT
// Where packets are handled: received ones in softirq, sent ones in process context or, with
// tx=softirq, in softirq too.
#include "bench/cell/draw_workload.hpp"
#include "runtime/softirq.hpp"
#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {
namespace {

/// How often an operation began in each context, by direction.
struct Contexts {
  unsigned process[2] = {}, softirq[2] = {};

  void add(const Skb& skb) {
    ++(in_softirq() ? softirq : process)[static_cast<unsigned>(skb.direction)];
    if (in_softirq()) {
      EXPECT_EQ(softirq_depth, 1U) << "sections of a poll do not nest";
    }
  }
};

/// Looks in start(). per_socket_tfm has no section of its own.
struct Looks : Sound {
  explicit Looks(Contexts& all) : seen(all) {}
  void spoil(Request&, const Skb& skb) noexcept override { seen.add(skb); }
  Contexts& seen;
};

/// Looks before the first operation of each poll. A batched strategy has sections of its own from
/// then on.
class LookingAo : public TcpAo {
 public:
  using TcpAo::TcpAo;
  inline static Contexts seen;
  inline static unsigned found = 0;

  Found find(const Connection& connection, const Skb& skb) const noexcept {
    if (found++ % poll_packets == 0) seen.add(skb);
    return TcpAo::find(connection, skb);
  }
};
static_assert(Protocol<LookingAo>);

}  // namespace
}  // namespace tfm::bench::test

// The library defines cell() for registered protocols only.
template <>
tfm::Result<std::unique_ptr<tfm::bench::Cell>>
tfm::bench::WorkloadOf<tfm::bench::test::LookingAo>::cell(std::string_view) const {
  return error(Errno::enoent);
}

namespace tfm::bench::test {
namespace {

constexpr std::size_t packets = 8 * poll_packets;  // half of them are sent

Block with_tx(std::string tx) {
  Block block = small_block();
  block.tx = std::move(tx);
  block.forged_percent = 0;
  return block;
}

/// `times` in each direction.
void expect_contexts(const Contexts& seen, const std::string& tx, unsigned times = packets / 2) {
  constexpr auto sent = static_cast<unsigned>(Direction::tx);
  constexpr auto received = static_cast<unsigned>(Direction::rx);
  EXPECT_EQ(seen.softirq[received], times);
  EXPECT_EQ(seen.process[received], 0U);
  EXPECT_EQ(seen.softirq[sent], tx == "softirq" ? times : 0);
  EXPECT_EQ(seen.process[sent], tx == "softirq" ? 0 : times);
  EXPECT_EQ(softirq_depth, 0U) << "a section was left open";
}

class TxContext : public OnCpu {
 protected:
  /// The contexts in which the operations of all packets begin.
  template <class Run>
  static Contexts contexts(const std::string& tx, Run&& run) {
    Contexts seen;
    const TypedWorkload<TcpAo> workload(with_tx(tx), 1, packets);
    const auto cell =
        spoiled_cell(workload, std::make_unique<Spoiled>(std::make_unique<Looks>(seen)));
    EXPECT_EQ(cell->open(), Errno::ok);
    run(*cell);
    return seen;
  }
};

TEST_F(TxContext, OperationsOfPollsBeginInTheirContext) {
  for (const std::string tx : {"process", "softirq"}) {
    SCOPED_TRACE(tx);
    expect_contexts(contexts(tx,
                             [](Cell& cell) {
                               Tally tally;
                               cell.run(0, packets / poll_packets, tally);
                               EXPECT_EQ(tally.sent + tally.accepted, packets);
                             }),
                    tx);
  }
}

TEST_F(TxContext, OperationsOfArrivalsBeginInTheirContext) {
  for (const std::string tx : {"process", "softirq"}) {
    SCOPED_TRACE(tx);
    expect_contexts(contexts(tx,
                             [](Cell& cell) {
                               const Clock clock;
                               const std::vector<double> at_once(packets, 0.0);
                               Latencies latencies;
                               Tally tally;
                               cell.run_open_loop(0, {&clock, &at_once, 0}, latencies, tally);
                               EXPECT_EQ(tally.sent + tally.accepted, packets);
                             }),
                    tx);
  }
}

TEST_F(TxContext, OperationsOfSinglePacketsBeginInTheirContext) {
  for (const std::string tx : {"process", "softirq"}) {
    SCOPED_TRACE(tx);
    expect_contexts(contexts(tx,
                             [](Cell& cell) {
                               Tally tally;
                               for (std::size_t i = 0; i < packets; ++i) {
                                 cell.handle(0, cell.poll(0, i / poll_packets)[i % poll_packets],
                                             tally);
                               }
                             }),
                    tx);
    expect_contexts(contexts(tx, [](Cell& cell) { EXPECT_EQ(cell.check(SIZE_MAX), ""); }), tx);
  }
}

TEST_F(TxContext, BatchesBeginInTheirContext) {
  for (const std::string tx : {"process", "softirq"}) {
    SCOPED_TRACE(tx);
    const TypedWorkload<LookingAo> workload(with_tx(tx), 1, packets);
    CellOf<Multibuffer, LookingAo> cell(workload, create<Multibuffer>({}).value());
    ASSERT_EQ(cell.open(), Errno::ok);
    LookingAo::seen = {};
    LookingAo::found = 0;
    Tally tally;
    cell.run(0, packets / poll_packets, tally);
    EXPECT_EQ(tally.sent + tally.accepted, packets);
    EXPECT_EQ(LookingAo::found, packets);
    expect_contexts(LookingAo::seen, tx, packets / poll_packets / 2);
  }
}

// A SYN is sent by connect(), in process context in both cases. Its sockets then work like others.
TEST_F(TxContext, ChurnLeavesTheContextsAsTheyAre) {
  Block block = with_tx("softirq");
  block.churn_percent = 10;
  const auto workload = make_workload(block, 1);
  const auto cell = opened(*workload, "percpu_pool");
  Tally t;
  cell->run(0, all_polls(*workload), t);
  expect_balanced(t);
  EXPECT_GT(t.opens, 0U);
  EXPECT_GT(t.accepts, 0U);
  EXPECT_EQ(t.open_failures + t.drops, 0U);
  EXPECT_EQ(softirq_depth, 0U);
}

// What is sent does not depend on the context, and neither does what may sleep: no allocation of
// the fast path may, even where TX runs in process context.
TEST_F(TxContext, EveryStrategySendsTheSameBytesAndAllocatesAtomically) {
  constexpr std::uint8_t poison = 0xa5;
  for (const std::string tx : {"process", "softirq"}) {
    const Block block = with_tx(tx);
    const TypedWorkload<TcpAo> workload(block);
    const auto right = bytes_of(workload.trace(0));
    for (const Registered& s : strategies_for(block)) {
      if (s.name == "null") continue;
      SCOPED_TRACE(std::string(s.name) + " " + tx);
      const auto cell = opened(workload, s.name);
      for (const Skb& skb : workload.trace(0).skbs()) {
        if (skb.direction == Direction::tx) std::fill_n(skb.data + ao_mac_at, 12, poison);
      }
      const std::uint64_t may_sleep = gfp_accounting()->counts().kernel;
      Tally t;
      cell->run(0, all_polls(workload), t);
      EXPECT_EQ(gfp_accounting()->counts().kernel, may_sleep);
      EXPECT_EQ(bytes_of(workload.trace(0)), right);
      EXPECT_EQ(t.sent + t.accepted, t.packets);
      EXPECT_EQ(softirq_depth, 0U);
    }
  }
}

}  // namespace
}  // namespace tfm::bench::test
