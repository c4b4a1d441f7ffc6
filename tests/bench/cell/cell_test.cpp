// SPDX-License-Identifier: MIT
// Cells with strategies that have one error each. check() reports it, and nothing is sent unsigned
// or accepted unverified.
#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {
namespace {

/// Fails every third operation at its start.
template <Errno E>
struct StartFails : Sound {
  Errno allow() noexcept override { return ++operations % 3 == 0 ? E : Errno::ok; }
  std::uint64_t operations = 0;
};
struct KeyFails : Sound {
  Errno key() noexcept override { return Errno::ekeyrejected; }
};
/// TX packets pass the check; the first received packet does not.
inline Errno wrong_on_rx(const Algorithm& original, const Skb& skb, void* request, void* transform,
                         MutableBytes digest) {
  const Errno e = original.final(request, transform, digest);
  if (skb.direction == Direction::rx) digest.front() ^= 0x80;
  return e;
}
inline Errno final_fails(const Algorithm&, const Skb&, void*, void*, MutableBytes) {
  return Errno::eproto;
}

/// The MAC fields of TX packets contain this byte before a run.
constexpr std::uint8_t poison = 0xa5;

class CellTest : public OnCpu {
 protected:
  /// The result of one run over the trace, with every TX packet's MAC overwritten first.
  struct Pass {
    Tally tally;
    std::uint64_t right = 0, untouched = 0, other = 0;  ///< MAC fields of TX packets afterwards
    std::uint64_t starts = 0, begun = 0, ended = 0;
    std::uint64_t cut = 0;  ///< packets that are refused before an operation begins
  };
  template <class Behaviour>
  static Pass pass() {
    return pass(std::make_unique<Spoiled>(std::make_unique<Behaviour>()));
  }
  static Pass pass(std::unique_ptr<Spoiled> owned) {
    const TypedWorkload<TcpAo> workload(small_block());
    const Spoiled& strategy = *owned;
    const auto cell = spoiled_cell(workload, std::move(owned));
    EXPECT_EQ(cell->open(), Errno::ok);
    const auto right = bytes_of(workload.trace(0));
    for (const Skb& skb : workload.trace(0).skbs()) {
      if (skb.direction == Direction::tx) std::fill_n(skb.data + ao_mac_at, 12, poison);
    }
    Pass pass;
    cell->run(0, all_polls(workload), pass.tally);
    for (std::size_t i = 0; i < right.size(); ++i) {
      const Skb& skb = workload.trace(0).skbs()[i];
      if (skb.direction == Direction::rx) {
        EXPECT_TRUE(std::equal(right[i].begin(), right[i].end(), skb.data)) << "RX writes nothing";
        continue;
      }
      const std::uint8_t* mac = skb.data + ao_mac_at;
      if (std::equal(right[i].begin(), right[i].end(), skb.data)) {
        ++pass.right;
      } else if (std::all_of(mac, mac + 12, [](std::uint8_t b) { return b == poison; })) {
        ++pass.untouched;
      } else {
        ++pass.other;
      }
    }
    pass.starts = strategy.starts, pass.begun = strategy.begun, pass.ended = strategy.ended;
    for (const Skb& skb : workload.trace(0).skbs()) {
      if (!workload.protocol().find(workload.connection(skb.socket), skb)) ++pass.cut;
    }
    EXPECT_EQ(pass.starts, right.size() - pass.cut);
    EXPECT_EQ(pass.begun, pass.ended) << "end() follows only a start() that succeeded";
    EXPECT_EQ(softirq_depth, 0U);
    return pass;
  }

  template <class Behaviour>
  static std::string check(std::size_t limit = SIZE_MAX) {
    const SpoiledWorkload<Behaviour> workload(small_block());
    const auto cell = opened(workload, Spoiled::name);
    const auto before = bytes_of(workload.trace(0));
    std::string wrong = cell->check(limit);
    EXPECT_EQ(bytes_of(workload.trace(0)), before) << "check() leaves the trace as it was";
    return wrong;
  }
};

TEST_F(CellTest, ASoundStrategyPasses) {
  EXPECT_EQ(check<Sound>(), "");
  const auto p = pass<Sound>();
  expect_balanced(p.tally);
  EXPECT_EQ(p.tally.drops, 0U);
  EXPECT_EQ(p.tally.sent, p.right);
  EXPECT_EQ(p.tally.forged_refused, p.tally.forged);
  EXPECT_GT(p.tally.forged, 0U);
}

TEST_F(CellTest, OneWrongByteIsReported) {
  const std::string wrong = check<OneWrongByte>();
  EXPECT_NE(wrong.find("packet 0 of socket"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("what it sends differs from the reference's"), std::string::npos) << wrong;
  EXPECT_EQ(check<OneWrongByte>(0), "") << "no packet, no error";
  const auto p = pass<OneWrongByte>();
  EXPECT_EQ(p.tally.accepted, 0U);
  EXPECT_EQ(p.tally.genuine_refused, p.tally.packets / 2 - p.tally.forged);
}

TEST_F(CellTest, AnAcceptedForgeryIsReportedAndCounted) {
  const std::string wrong = check<AlwaysVerified>();
  EXPECT_NE(wrong.find("a forged packet was accepted"), std::string::npos) << wrong;
  const auto p = pass<AlwaysVerified>();
  EXPECT_GT(p.tally.forged, 0U);
  EXPECT_EQ(p.tally.forged_accepted, p.tally.forged - p.cut);
  EXPECT_EQ(p.tally.forged_refused, p.cut);
}

TEST_F(CellTest, ARefusedGenuinePacketIsReported) {
  const std::string wrong = check<WithFinal<wrong_on_rx>>();
  EXPECT_NE(wrong.find("a packet of the reference was refused"), std::string::npos) << wrong;
}

TEST_F(CellTest, NothingIsSentOrAcceptedIfTheStartFails) {
  const auto no_memory = pass<StartFails<Errno::enomem>>();
  expect_balanced(no_memory.tally);
  EXPECT_EQ(no_memory.tally.drops, no_memory.starts / 3);
  EXPECT_EQ(no_memory.tally.allocation_failures, no_memory.tally.drops);
  EXPECT_EQ(no_memory.tally.sent, no_memory.right);
  EXPECT_EQ(no_memory.other, 0U);
  EXPECT_GT(no_memory.untouched, 0U);

  const auto no_key = pass<StartFails<Errno::enokey>>();
  EXPECT_EQ(no_key.tally.drops, no_key.starts / 3);
  EXPECT_EQ(no_key.tally.allocation_failures, 0U) << "no allocation was refused";
  const std::string wrong = check<StartFails<Errno::enokey>>();
  EXPECT_NE(wrong.find("the operation failed"), std::string::npos) << wrong;
}

TEST_F(CellTest, NothingIsSentOrAcceptedIfTheKeyFails) {
  const auto p = pass<KeyFails>();
  EXPECT_EQ(p.begun, p.starts);
  EXPECT_EQ(p.tally.drops, p.starts);
  EXPECT_EQ(p.tally.forged_refused, p.cut);
  EXPECT_EQ(p.tally.sent + p.tally.accepted, 0U);
  EXPECT_EQ(p.right + p.other, 0U) << "no MAC field was touched";
}

TEST_F(CellTest, NothingIsSentOrAcceptedIfTheDigestFails) {
  const auto p = pass<WithFinal<final_fails>>();
  EXPECT_EQ(p.tally.drops, p.starts);
  EXPECT_EQ(p.right + p.other, 0U) << "no MAC field was touched";
}

TEST_F(CellTest, APacketWithoutAPlaceForAMacIsNeitherSentNorAccepted) {
  const TypedWorkload<TcpAo> workload(small_block());
  auto strategy = create<Spoiled>({}).value();
  const TrafficKeys keys = workload.protocol().keys(workload.connection(0)).value();
  auto socket = strategy
                    ->open(workload.algorithm(),
                           {{keys.tx.data(), keys.bytes}, {keys.rx.data(), keys.bytes}}, 60)
                    .value();
  std::vector<std::uint8_t> bytes(workload.protocol().header_bytes() + 10);
  for (const Direction d : {Direction::tx, Direction::rx}) {
    ASSERT_NE(workload.protocol().build(workload.connection(0), d, 0, 10, bytes), 0U);
    bytes[ao_mac_at - 3] ^= 1;  // the option's length
    const auto before = bytes;
    const Skb skb{bytes.data(), 0, static_cast<std::uint16_t>(bytes.size()), d, false};
    TcpAo::State state;
    const Outcome v = d == Direction::tx ? send(*strategy, 0, socket, workload.protocol(),
                                                workload.connection(0), skb, {})
                                         : receive(*strategy, 0, socket, workload.protocol(),
                                                   workload.connection(0), state, skb, {});
    EXPECT_EQ(v, d == Direction::tx ? Outcome::failed : Outcome::malformed);
    EXPECT_EQ(bytes, before);
  }
  EXPECT_EQ(strategy->starts, 0U);
  strategy->close(socket);
}

TEST_F(CellTest, AFailedOpenFreesAllMemory) {
  const auto workload = make_workload(small_block(), 1);
  const std::uint64_t before = gfp_accounting()->ledger().total.bytes;
  for (std::uint64_t k = 1;; ++k) {
    const auto cell = std::move(workload->cell("per_socket_tfm").value());
    gfp_accounting()->set_faults({.kth = k, .also_kernel = true});
    const Errno e = cell->open();
    gfp_accounting()->clear_faults();
    if (e == Errno::ok) {
      EXPECT_EQ(k, 1 + 1 + 2 * 32U) << "the handles, and two transforms per socket";
      break;
    }
    EXPECT_EQ(e, Errno::enomem);
    ASSERT_EQ(gfp_accounting()->ledger().total.bytes, before) << "the " << k << "th failed";
  }
}

// ESP's receiver has a replay state. It must tell one lap from the next with both directions and
// with one.
TEST_F(CellTest, ARunCanTakeOneDirectionOnly) {
  const auto workload = make_workload(small_block("esp/imix", "gcm(aes128)"), 1);
  const unsigned polls = all_polls(*workload);
  const auto cell = opened(*workload, "per_socket_tfm");
  Tally both, received, sent;
  cell->run(0, polls, both);
  cell->seek(0, 0);
  cell->set_direction(Direction::rx);
  cell->run(0, polls, received);  // twice all of them
  EXPECT_EQ(received.sent, 0U);
  EXPECT_EQ(received.packets, both.packets);
  EXPECT_EQ(received.accepted, 2 * both.accepted);
  EXPECT_EQ(received.replays_refused, 2 * both.replays_refused);
  expect_balanced(received);
  cell->set_direction(Direction::tx);
  cell->run(0, 3, sent);
  EXPECT_EQ(sent.sent, 3 * poll_packets);
  cell->set_direction(std::nullopt);
  cell->run(0, 2, sent);
  EXPECT_EQ(sent.sent, 4 * poll_packets);
}

TEST_F(CellTest, SeekAndRunWrapAroundTheTrace) {
  const TypedWorkload<TcpAo> workload(small_block());
  const auto cell = opened(workload, "per_socket_tfm");
  const unsigned polls = all_polls(workload);
  Tally all, parts;
  cell->run(0, polls, all);
  cell->seek(0, std::uint64_t{polls} * 1000 + polls - 1);  // the last, which is RX
  cell->run(0, 1, parts);
  EXPECT_EQ(parts.sent, 0U);
  EXPECT_EQ(parts.packets, poll_packets);
  cell->run(0, 1, parts);  // the first, which is TX
  EXPECT_EQ(parts.sent, poll_packets);
  cell->run(0, polls - 2, parts);
  EXPECT_EQ(parts.packets, all.packets);
  EXPECT_EQ(parts.sent, all.sent);
  EXPECT_EQ(parts.accepted, all.accepted);
  EXPECT_EQ(parts.forged, all.forged);
}

}  // namespace
}  // namespace tfm::bench::test
