// SPDX-License-Identifier: MIT
// Which MKT a listener finds for a segment.
#include "workloads/protocols/mkts.hpp"

#include <gtest/gtest.h>

#include "runtime/rng.hpp"

namespace tfm::test {
namespace {

using Address = std::array<std::uint8_t, 16>;

Address address(std::uint32_t v4) {
  Address a{};
  store_be32(a.data(), v4);
  return a;
}
Mkt mkt(std::uint32_t network, unsigned bits, std::uint8_t send, std::uint8_t recv) {
  return {.address = address(network),
          .prefix_bits = static_cast<std::uint8_t>(bits),
          .send_id = send,
          .recv_id = recv};
}

/// The number of the MKT that is found, or -1.
int found(const Mkts& mkts, std::uint32_t peer, Mkts::KeyId send, Mkts::KeyId recv) {
  const auto* node = mkts.find(address(peer).data(), send, recv);
  return node == nullptr ? -1 : static_cast<int>(node->number);
}

bool bit(const Address& a, unsigned i) { return (a[i / 8] >> (7 - i % 8) & 1) != 0; }

TEST(Mkts, APrefixIsComparedBitByBit) {
  Rng rng(1);
  for (unsigned round = 0; round < 2000; ++round) {
    Address a, b;
    for (auto& byte : a) byte = static_cast<std::uint8_t>(rng.next());
    b = a;
    const unsigned flipped = rng.below(128);
    b[flipped / 8] ^= static_cast<std::uint8_t>(0x80 >> flipped % 8);
    ASSERT_NE(bit(a, flipped), bit(b, flipped));
    for (unsigned bits = 0; bits <= 128; ++bits)
      ASSERT_EQ(prefix_equal(a.data(), b.data(), bits), bits <= flipped) << bits;
  }
}

TEST(Mkts, AllThatIsAskedForMustMatch) {
  Mkts mkts;
  EXPECT_EQ(found(mkts, 0x0a000001, {}, {}), -1);
  mkts.add(mkt(0x0a000000, 8, 1, 2));
  mkts.add(mkt(0x0a010000, 16, 3, 4));
  ASSERT_EQ(mkts.count(), 2U);
  EXPECT_EQ(found(mkts, 0x0a020304, {}, 2), 0);
  EXPECT_EQ(found(mkts, 0x0a020304, {}, 4), -1) << "another peer's";
  EXPECT_EQ(found(mkts, 0x0a010304, {}, 4), 1);
  EXPECT_EQ(found(mkts, 0x0a010304, {}, 2), 0) << "the wider prefix is the peer's too";
  EXPECT_EQ(found(mkts, 0x0a010304, 3, {}), 1);
  EXPECT_EQ(found(mkts, 0x0a010304, 1, {}), 0);
  EXPECT_EQ(found(mkts, 0x0a010304, 1, 4), -1) << "the ids of two MKTs";
  EXPECT_EQ(found(mkts, 0x0b010304, {}, {}), -1);
  EXPECT_EQ(found(mkts, 0x0a010304, {}, 1), -1) << "SendID is not RecvID";
}

TEST(Mkts, TheLastOneAddedIsFoundFirst) {
  Mkts mkts;
  for (unsigned i = 0; i < 3; ++i) mkts.add(mkt(0, 0, 5, 6));
  EXPECT_EQ(found(mkts, 1, 5, 6), 2);
  EXPECT_EQ(found(mkts, 1, {}, {}), 2);
}

TEST(Mkts, AThousandHaveThousandPeers) {
  Mkts mkts;
  for (std::uint32_t i = 0; i < 1000; ++i)
    mkts.add(mkt(i << 8, 24, static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i * 7)));
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const auto recv = static_cast<std::uint8_t>(i * 7);
    EXPECT_EQ(found(mkts, i << 8 | 77, {}, recv), static_cast<int>(i));
    EXPECT_EQ(found(mkts, i << 8 | 77, {}, static_cast<std::uint8_t>(recv + 1)), -1);
  }
}

TEST(Mkts, AMillionAreFreed) {
  Mkts mkts;
  for (std::uint32_t i = 0; i < 1'000'000; ++i) mkts.add({});
  EXPECT_EQ(mkts.count(), 1'000'000U);
}

}  // namespace
}  // namespace tfm::test
