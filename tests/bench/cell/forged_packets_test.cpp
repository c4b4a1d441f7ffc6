// SPDX-License-Identifier: MIT
// Bad received packets: how many are forged, in which way, and what a replay repeats.
#include <bit>
#include <cmath>

#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

using tfm::test::AllProtocols;
using tfm::test::ProtocolName;

template <class P>
class ForgedPackets : public ::testing::Test {
 protected:
  static Block block() { return block_of<P>("imix"); }
};
TYPED_TEST_SUITE(ForgedPackets, AllProtocols, ProtocolName);

// The same seed without forged packets gives the original packets.
TYPED_TEST(ForgedPackets, AForgedPacketDiffersInOneCoveredBitOrIsCutOrReplayed) {
  Block block = this->block();
  const TypedWorkload<TypeParam> forged(block);
  block.forged_percent = 0;
  const TypedWorkload<TypeParam> genuine(block);
  const auto& was = genuine.trace(0).skbs();
  const auto& is = forged.trace(0).skbs();
  ASSERT_EQ(was.size(), is.size());
  const std::size_t headers = forged.protocol().header_bytes();
  std::size_t received = 0, count = 0, cut = 0, replayed = 0, in_headers = 0, in_payload = 0;
  bool payload_is_covered = false;
  for (std::size_t i = 0; i < is.size(); ++i) {
    ASSERT_FALSE(was[i].forged);
    received += is[i].direction == Direction::rx ? 1 : 0;
    if (is[i].forged) {
      ++count;
      EXPECT_EQ(is[i].direction, Direction::rx);
    }
    for (std::size_t at = headers; at < was[i].length; ++at) {
      payload_is_covered |=
          was[i].direction == Direction::rx && forged.protocol().covers(was[i], at);
    }
    if (forged.is_replay(is[i])) {
      EXPECT_TRUE(is[i].forged);
      ++replayed;
      continue;
    }
    if (is[i].length != was[i].length) {
      EXPECT_TRUE(is[i].forged && is[i].length < was[i].length);
      EXPECT_TRUE(std::equal(is[i].data, is[i].data + was[i].length, was[i].data));
      ++cut;
      continue;
    }
    int bits = 0;
    std::size_t at = 0;
    for (std::size_t byte = 0; byte < is[i].length; ++byte) {
      if (is[i].data[byte] == was[i].data[byte]) continue;
      bits += std::popcount(static_cast<unsigned>(is[i].data[byte] ^ was[i].data[byte]));
      at = byte;
    }
    ASSERT_EQ(bits, is[i].forged ? 1 : 0);
    if (!is[i].forged) continue;
    EXPECT_TRUE(forged.protocol().covers(was[i], at)) << at;
    ++(at >= headers ? in_payload : in_headers);
  }
  const double expected = static_cast<double>(received) * 0.1;
  EXPECT_NEAR(static_cast<double>(count), expected, 5 * std::sqrt(expected * 0.9));
  const double of_cut = static_cast<double>(count) / 4;
  EXPECT_NEAR(static_cast<double>(cut), of_cut, 5 * std::sqrt(of_cut));
  if (std::is_empty_v<typename TypeParam::State>) {
    EXPECT_EQ(replayed, 0U);
  } else {
    EXPECT_NEAR(static_cast<double>(replayed), of_cut, 5 * std::sqrt(of_cut));
  }
  EXPECT_GT(in_headers, 0U);
  EXPECT_EQ(in_payload > 0, payload_is_covered);
}

// A replay is not another packet with the same number: with ESP that would use a nonce twice.
TYPED_TEST(ForgedPackets, AReplayRepeatsTheLastGenuinePacketByteForByte) {
  Block block = this->block();
  block.forged_percent = 30;
  const TypedWorkload<TypeParam> workload(block);
  std::vector<const Skb*> last(block.sockets);
  std::uint64_t replays = 0;
  for (const Skb& skb : workload.trace(0).skbs()) {
    if (skb.direction == Direction::tx) continue;
    if (workload.is_replay(skb)) {
      ++replays;
      ASSERT_NE(last[skb.socket], nullptr);
      ASSERT_TRUE(std::ranges::equal(skb.bytes(), last[skb.socket]->bytes()));
    }
    if (!skb.forged) last[skb.socket] = &skb;
  }
  EXPECT_EQ(replays > 0, !std::is_empty_v<typename TypeParam::State>);
}

// A receiver of all earlier packets detects exactly the marked packets as replays.
TYPED_TEST(ForgedPackets, OnlyMarkedPacketsAreReplays) {
  Block block = this->block();
  block.forged_percent = 30;
  const TypedWorkload<TypeParam> workload(block);
  std::vector<typename TypeParam::State> states(block.sockets);
  std::uint64_t replays = 0;
  for (const Skb& skb : workload.trace(0).skbs()) {
    if (skb.direction == Direction::tx) continue;
    const auto found = workload.protocol().find(workload.connection(skb.socket), skb);
    auto& state = states[skb.socket];
    const bool replay = workload.is_replay(skb);
    replays += replay ? 1 : 0;
    if (replay) {
      ASSERT_TRUE(found && !workload.protocol().replay_check(state, found));
    } else if (!skb.forged) {
      ASSERT_TRUE(found && workload.protocol().replay_check(state, found));
      workload.protocol().replay_advance(state, found);
    }
  }
  EXPECT_EQ(replays > 0, !std::is_empty_v<typename TypeParam::State>);
}

TYPED_TEST(ForgedPackets, AllOrNoneCanBeForged) {
  for (const double percent : {0.0, 100.0}) {
    Block block = this->block();
    block.forged_percent = percent;
    const TypedWorkload<TypeParam> workload(block);
    for (const Skb& skb : workload.trace(0).skbs()) {
      ASSERT_EQ(skb.forged, percent == 100 && skb.direction == Direction::rx);
    }
  }
}

}  // namespace
}  // namespace tfm::bench::test
