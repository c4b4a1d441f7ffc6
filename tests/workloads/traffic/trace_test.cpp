// SPDX-License-Identifier: MIT
// Packets in memory: on their own cache lines, in polls of one direction.
#include "workloads/traffic/trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/rng.hpp"

namespace tfm {
namespace {

std::vector<PlannedPacket> plan(std::size_t packets) {
  Rng rng(1);
  std::vector<PlannedPacket> all(packets);
  for (PlannedPacket& p : all) {
    const auto payload = static_cast<std::uint16_t>(rng.below(1461));
    p = {rng.below(100), payload, static_cast<std::uint16_t>(40 + payload)};
  }
  return all;
}

TEST(Trace, KeepsThePlansOrder) {
  const auto planned = plan(256);
  const Trace trace(planned);
  ASSERT_EQ(trace.skbs().size(), planned.size());
  for (std::size_t i = 0; i < planned.size(); ++i) {
    EXPECT_EQ(trace.skbs()[i].socket, planned[i].socket);
    EXPECT_EQ(trace.skbs()[i].length, planned[i].length);
    EXPECT_FALSE(trace.skbs()[i].forged);
  }
}

TEST(Trace, EachPacketHasItsOwnCacheLines) {
  const Trace trace(plan(256));
  const std::uint8_t* end = nullptr;
  for (const Skb& skb : trace.skbs()) {
    const auto address = reinterpret_cast<std::uintptr_t>(skb.data);
    EXPECT_EQ(address % 64, 0U);
    EXPECT_GE(skb.data, end) << "overlaps its predecessor";
    end = skb.data + (skb.length + 63) / 64 * 64;
  }
}

TEST(Trace, EachPacketHasHeadroomBeforeIt) {
  const Trace bare(plan(128)), roomy(plan(128), 192);
  const std::uint8_t* end = nullptr;
  for (const Skb& skb : roomy.skbs()) {
    EXPECT_EQ(skb.headroom_bytes(), 192U);
    EXPECT_GE(skb.data - skb.headroom_bytes(), end) << "overlaps its predecessor";
    std::fill_n(skb.data - skb.headroom_bytes(), skb.headroom_bytes(), std::uint8_t{0xff});
    end = skb.data + skb.length;
  }
  for (const Skb& skb : roomy.skbs()) {
    EXPECT_EQ(std::count(skb.bytes().begin(), skb.bytes().end(), 0), std::ssize(skb.bytes()));
  }
  EXPECT_EQ(bare.skbs().front().headroom_bytes(), 0U);
}

// The sanitizer sees a byte written beyond the arena.
TEST(Trace, EveryByteBeginsAsZeroAndIsWritable) {
  const Trace trace(plan(256));
  for (const Skb& skb : trace.skbs()) {
    EXPECT_TRUE(std::all_of(skb.bytes().begin(), skb.bytes().end(),
                            [](std::uint8_t byte) { return byte == 0; }));
    std::fill(skb.bytes().begin(), skb.bytes().end(), std::uint8_t{0xff});
  }
}

TEST(Trace, APollHasOneDirectionAndTheyAlternate) {
  const Trace trace(plan(std::size_t{6} * poll_packets));
  ASSERT_EQ(trace.polls(), 6U);
  for (std::size_t i = 0; i < trace.polls(); ++i) {
    const Skb* poll = trace.poll(i);
    EXPECT_EQ(poll, &trace.skbs()[i * poll_packets]);
    for (unsigned k = 0; k < poll_packets; ++k) {
      EXPECT_EQ(poll[k].direction, i % 2 == 0 ? Direction::tx : Direction::rx) << i;
    }
  }
}

TEST(Trace, AMovedTraceKeepsItsBytes) {
  Trace first(plan(128));
  std::uint8_t* const data = first.skbs()[5].data;
  const Trace second = std::move(first);
  EXPECT_EQ(second.skbs()[5].data, data);
}

}  // namespace
}  // namespace tfm
