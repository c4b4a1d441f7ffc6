// SPDX-License-Identifier: MIT
// Sockets that close and open again while packets flow, actively and passively, with signed
// handshakes.
#include "bench/cell/draw_workload.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

/// TCP-AO, but it records every handshake segment and its MAC.
class SpyAo : public TcpAo {
 public:
  using TcpAo::TcpAo;

  struct Seen {
    std::uint32_t socket;
    bool ack;
    std::vector<std::uint8_t> packet;
    std::vector<std::uint8_t> mac;
  };
  inline static std::vector<Seen> seen;

  Errno output(Request& request, std::uint8_t* scratch, const Connection& connection,
               const Skb& skb, Found found, Computed& computed) const noexcept {
    const Errno e = TcpAo::output(request, scratch, connection, skb, found, computed);
    const std::uint8_t flags = skb.data[20 + 13];
    if ((flags & tcp_flag::syn) != 0) {
      EXPECT_EQ(skb.direction, Direction::tx);
      seen.push_back({skb.socket,
                      (flags & tcp_flag::ack) != 0,
                      {skb.bytes().begin(), skb.bytes().end()},
                      {computed.mac, computed.mac + found.mac().size()}});
    }
    return e;
  }
};
static_assert(Protocol<SpyAo>);

}  // namespace
}  // namespace tfm::bench::test

// The library defines cell() for registered protocols only.
template <>
tfm::Result<std::unique_ptr<tfm::bench::Cell>>
tfm::bench::WorkloadOf<tfm::bench::test::SpyAo>::cell(std::string_view) const {
  return error(Errno::enoent);
}

namespace tfm::bench::test {
namespace {

Block churning(double percent) {
  Block block = small_block();
  block.churn_percent = percent;
  return block;
}

class Churn : public OnCpu {};

TEST_F(Churn, ClosedSocketsReopenActivelyAndPassively) {
  for_each_protocol([]<class P>() {
    Block block = block_of<P>();
    block.churn_percent = 10;
    const auto workload = make_workload(block, 1);
    for (const Registered& s : strategies_for(block)) {
      SCOPED_TRACE(std::string(s.name) + " " + std::string(P::name));
      const std::uint64_t before = gfp_accounting()->ledger().total.bytes;
      {
        const auto cell = opened(*workload, s.name);
        Tally t;
        cell->run(0, all_polls(*workload), t);
        const std::uint64_t of_trace = std::uint64_t{all_polls(*workload)} * poll_packets;
        expect_balanced(t);
        EXPECT_EQ(t.closes, of_trace / 10);
        EXPECT_EQ(t.opens + t.accepts, t.closes);
        EXPECT_GT(t.opens, 0U);
        EXPECT_EQ(t.accepts > 0, HasHandshake<P>);
        EXPECT_EQ(t.open_failures + t.drops, 0U);
        // One signed handshake segment per open, if the protocol has a handshake.
        const std::uint64_t segments = HasHandshake<P> ? t.opens + t.accepts : 0;
        EXPECT_EQ(t.packets, of_trace + segments);
        EXPECT_EQ(t.sent, of_trace / 2 + segments);
        // Reopened sockets work like those that were opened first.
        EXPECT_EQ(cell->check(SIZE_MAX), "");
        cell->close();
      }
      EXPECT_EQ(gfp_accounting()->ledger().total.bytes, before);
    }
  });
}

TEST_F(Churn, NothingClosesWithoutARate) {
  const auto workload = make_workload(churning(0), 1);
  const auto cell = opened(*workload, "per_socket_tfm");
  Tally t;
  cell->run(0, all_polls(*workload), t);
  EXPECT_EQ(t.opens + t.accepts + t.closes, 0U);
  EXPECT_EQ(t.packets, std::uint64_t{all_polls(*workload)} * poll_packets);
}

// A rate below one per poll adds up over the polls.
TEST_F(Churn, ARateBelowOneAPollAddsUp) {
  const auto workload = make_workload(churning(0.5), 1);
  const auto cell = opened(*workload, "per_socket_tfm");
  Tally t;
  cell->run(0, all_polls(*workload), t);
  const double expected = 0.005 * poll_packets * all_polls(*workload);
  EXPECT_NEAR(static_cast<double>(t.closes), expected, 1);
}

TEST_F(Churn, SocketsReopenInTurnTheWayTheyFirstOpened) {
  Block block = churning(50);
  block.sockets = 7;
  const TypedWorkload<SpyAo> workload(block);
  CellOf<PerSocketTfm, SpyAo> cell(workload, create<PerSocketTfm>({}).value());
  ASSERT_EQ(cell.open(), Errno::ok);
  SpyAo::seen.clear();
  Tally t;
  cell.run(0, 1, t);  // 32 reopenings
  ASSERT_EQ(SpyAo::seen.size(), 32U);
  for (std::size_t i = 0; i < SpyAo::seen.size(); ++i) {
    const SpyAo::Seen& seen = SpyAo::seen[i];
    EXPECT_EQ(seen.socket, i % 7);
    const bool active = workload.protocol().direction_of(workload.connection(seen.socket),
                                                         Handshake::syn) == Direction::tx;
    EXPECT_EQ(seen.ack, !active) << "active opens send a SYN, passive ones a SYN-ACK";
  }
}

/// per_socket_tfm that counts how often a socket gets other keys.
class Rekeying : public PerSocketTfm {
 public:
  using PerSocketTfm::PerSocketTfm;
  static Result<std::unique_ptr<Rekeying>> create(const StrategyOptions&) {
    return std::make_unique<Rekeying>();
  }
  Errno rekey(Socket& socket, Keys keys) noexcept {
    ++rekeys;
    return PerSocketTfm::rekey(socket, keys);
  }
  unsigned rekeys = 0;
};
static_assert(Strategy<Rekeying>);

TEST_F(Churn, OnlyAnOpenWithASynChangesKeys) {
  const auto rekeys_and_opens = []<class P>(const Block& block) {
    const TypedWorkload<P> workload(block);
    auto strategy = Rekeying::create({}).value();
    const Rekeying& counting = *strategy;
    CellOf<Rekeying, P> cell(workload, std::move(strategy));
    EXPECT_EQ(cell.open(), Errno::ok);
    Tally t;
    cell.run(0, 1, t);
    EXPECT_EQ(t.opens + t.accepts, 32U);
    return std::pair<std::uint64_t, std::uint64_t>(counting.rekeys, t.opens);
  };
  const auto [after_syn, opens] = rekeys_and_opens.operator()<TcpAo>(churning(50));
  EXPECT_EQ(after_syn, opens);
  Block esp = block_of<Esp>();
  esp.churn_percent = 50;
  EXPECT_EQ(rekeys_and_opens.operator()<Esp>(esp).first, 0U);
}

// A SYN is signed with the SYN's key (the peer's ISN is unknown), a SYN-ACK with the established
// key (RFC 5925 §5.2). Both are compared with a transform of the test.
TEST_F(Churn, HandshakesAreSignedWithTheKeysOfTheRfc) {
  const TypedWorkload<SpyAo> workload(churning(50));
  CellOf<PercpuPool, SpyAo> cell(workload, PercpuPool::create({.possible_cpus = 2}).value());
  ASSERT_EQ(cell.open(), Errno::ok);
  SpyAo::seen.clear();
  Tally t;
  cell.run(0, 4, t);
  const auto seen = SpyAo::seen;
  ASSERT_EQ(seen.size(), t.opens + t.accepts);
  Reference reference(workload.algorithm(), workload.protocol().scratch_bytes());
  for (const SpyAo::Seen& segment : seen) {
    const auto& connection = workload.connection(segment.socket);
    const TrafficKeys keys = (segment.ack ? workload.protocol().keys(connection)
                                          : workload.protocol().handshake_keys(connection))
                                 .value();
    auto packet = segment.packet;
    const Skb skb{packet.data(), segment.socket, static_cast<std::uint16_t>(packet.size()),
                  Direction::tx, false};
    std::vector<std::uint8_t> mac(workload.protocol().mac_bytes());
    reference.begin({keys.tx.data(), keys.bytes});
    ASSERT_EQ(
        workload.protocol().TcpAo::digest(reference.request(), reference.scratch(), connection, skb,
                                          workload.protocol().find(connection, skb), mac),
        Errno::ok);
    ASSERT_EQ(mac, segment.mac) << (segment.ack ? "SYN-ACK" : "SYN");
  }
  SpyAo::seen.clear();
}

}  // namespace
}  // namespace tfm::bench::test
