// SPDX-License-Identifier: MIT
// One packet sent and one received, for every protocol, with a strategy or an algorithm that fails.
// Nothing goes out, nothing is accepted, no state changes, and every operation that began has
// ended.
#include "bench/cell/exchange.hpp"

#include <map>

#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {
namespace {

using tfm::test::AllProtocols;
using tfm::test::ProtocolName;

enum class Step { none, start, key, operation };

/// One step fails. An operation fails in its last function, with or without a written result.
struct Fails : Sound {
  Errno allow() noexcept override { return fails == Step::start ? Errno::enomem : Errno::ok; }
  Errno key() noexcept override { return fails == Step::key ? Errno::enomem : Errno::ok; }
  void spoil(Request& request, const Skb&) noexcept override {
    if (fails != Step::operation) return;
    original = request.algorithm;
    table = *original;
    table.final = [](void* r, void* t, MutableBytes digest) noexcept {
      static_cast<void>(original->final(r, t, digest));
      return Errno::enomem;
    };
    table.encrypt = [](void* r, void* t, const AeadText& text, MutableBytes tag) noexcept {
      static_cast<void>(original->encrypt(r, t, text, tag));
      return Errno::enomem;
    };
    table.decrypt = [](void* r, void* t, const AeadText& text, Bytes tag) noexcept {
      static_cast<void>(original->decrypt(r, t, text, tag));
      return Errno::enomem;
    };
    table.compress = table.decompress = [](void*, void*, Bytes, MutableBytes&) noexcept {
      return Errno::enomem;
    };
    request.algorithm = &table;
  }
  Step fails = Step::none;
  inline static const Algorithm* original = nullptr;
  inline static Algorithm table{};
};

template <Protocol P>
class Exchange : public OnCpu {
 protected:
  /// All packets of the trace are genuine. Each is handled by a strategy that fails, and then again
  /// when it works.
  static void expect_closed(Step fails) {
    Block block = block_of<P>("fixed_576");
    block.forged_percent = 0;
    const TypedWorkload<P> workload(block, 1, std::size_t{2} * poll_packets);
    const P& protocol = workload.protocol();
    auto owned = std::make_unique<Fails>();
    Step& step = owned->fails;
    const auto strategy = std::make_unique<Spoiled>(std::move(owned));
    const OutputBuffer output;
    unsigned failures = 0;
    std::vector<typename P::State> states(block.sockets);
    for (std::size_t i = 0; i < workload.trace(0).skbs().size(); ++i) {
      // TX packets come from the trace without protection.
      const bool received = workload.trace(0).skbs()[i].direction == Direction::rx;
      const Skb& skb = (received ? workload.trace(0) : workload.zero_trace(0)).skbs()[i];
      const auto& connection = workload.connection(skb.socket);
      const TrafficKeys keys = workload.keys(skb.socket).value();
      auto socket = strategy->open(workload.algorithm(),
                                   {{keys.tx.data(), keys.bytes}, {keys.rx.data(), keys.bytes}},
                                   protocol.scratch_bytes());
      ASSERT_TRUE(socket);
      MutableBytes sent;
      const auto exchange = [&](const Skb& met) {
        if (met.direction == Direction::tx)
          return send(*strategy, 0, *socket, protocol, connection, met, output, &sent);
        return receive(*strategy, 0, *socket, protocol, connection, states[met.socket], met,
                       output);
      };
      std::vector<std::uint8_t> packet(skb.bytes().begin(), skb.bytes().end());
      Skb met = skb;
      met.data = packet.data();
      step = fails;
      const Outcome failed = exchange(met);
      EXPECT_EQ(strategy->ended, strategy->begun);
      // A packet that came uncompressed needs no operation, so nothing fails.
      if (!needs_operation<P>(protocol.find(connection, met), met.direction)) {
        EXPECT_EQ(failed, Outcome::passed);
        strategy->close(*socket);
        continue;
      }
      ++failures;
      EXPECT_EQ(failed, Outcome::no_memory);
      EXPECT_TRUE(sent.empty());
      EXPECT_TRUE(std::equal(packet.begin(), packet.end(), skb.data)) << "written to";
      step = Step::none;
      EXPECT_EQ(exchange(met), Outcome::passed) << "the failure was remembered";
      EXPECT_EQ(sent.empty(), received);
      strategy->close(*socket);
    }
    EXPECT_GT(failures, poll_packets);
  }
};
TYPED_TEST_SUITE(Exchange, AllProtocols, ProtocolName);

TYPED_TEST(Exchange, FailsClosedIfTheStartFails) { this->expect_closed(Step::start); }
TYPED_TEST(Exchange, FailsClosedIfTheKeyFails) { this->expect_closed(Step::key); }
TYPED_TEST(Exchange, FailsClosedIfTheOperationFails) { this->expect_closed(Step::operation); }

// Packets below the size threshold are sent and received uncompressed.
TEST(ExchangeIpcomp, APacketThatNeedsNoOperationPassesIfStartFails) {
  const RcuThread rcu;
  Block block = block_of<Ipcomp>("fixed_64");
  block.forged_percent = 0;
  const TypedWorkload<Ipcomp> workload(block, 1, 2 * poll_packets);
  auto fails = std::make_unique<Fails>();
  fails->fails = Step::start;
  const auto strategy = std::make_unique<Spoiled>(std::move(fails));
  auto socket = strategy->open(workload.algorithm(), {}, 0).value();
  const OutputBuffer output;
  Ipcomp::State state;
  for (const Skb& skb : workload.trace(0).skbs()) {
    const auto& connection = workload.connection(skb.socket);
    const Outcome v =
        skb.direction == Direction::tx
            ? send(*strategy, 0, socket, workload.protocol(), connection, skb, output)
            : receive(*strategy, 0, socket, workload.protocol(), connection, state, skb, output);
    EXPECT_EQ(v, Outcome::passed);
  }
  EXPECT_EQ(strategy->starts, 0U);
  strategy->close(socket);
}

// Forged and replayed packets are refused with different outcomes, and neither changes the state.
TYPED_TEST(Exchange, TheOutcomeSaysWhyAPacketIsRefused) {
  Block block = block_of<TypeParam>("fixed_576");
  block.forged_percent = 40;
  const TypedWorkload<TypeParam> workload(block, 1, 8 * poll_packets);
  const auto strategy = std::make_unique<Spoiled>();  // with nothing wrong
  const OutputBuffer output;
  std::vector<typename TypeParam::State> states(block.sockets);
  std::map<Outcome, unsigned> outcomes;
  for (const Skb& skb : workload.trace(0).skbs()) {
    if (skb.direction == Direction::tx) continue;
    const TrafficKeys keys = workload.keys(skb.socket).value();
    auto socket = strategy->open(workload.algorithm(),
                                 {{keys.tx.data(), keys.bytes}, {keys.rx.data(), keys.bytes}},
                                 workload.protocol().scratch_bytes());
    ASSERT_TRUE(socket);
    const Outcome outcome =
        receive(*strategy, 0, *socket, workload.protocol(), workload.connection(skb.socket),
                states[skb.socket], skb, output);
    strategy->close(*socket);
    ++outcomes[outcome];
    const bool found{workload.protocol().find(workload.connection(skb.socket), skb)};
    const Outcome expected = !skb.forged               ? Outcome::passed
                             : workload.is_replay(skb) ? Outcome::replayed
                             : found                   ? Outcome::refused
                                                       : Outcome::malformed;
    ASSERT_EQ(outcome, expected);
  }
  EXPECT_GT(outcomes[Outcome::passed], 0U);
  // Compression does not authenticate: a forged packet is found malformed before it is
  // decompressed.
  EXPECT_EQ(outcomes[Outcome::refused] > 0, TypeParam::family != Family::compression);
  EXPECT_GT(outcomes[Outcome::malformed], 0U);
  EXPECT_EQ(outcomes[Outcome::replayed] > 0, !std::is_empty_v<typename TypeParam::State>);
}

}  // namespace
}  // namespace tfm::bench::test
