// SPDX-License-Identifier: MIT
#include "runtime/bytes.hpp"

#include <gtest/gtest.h>

namespace tfm {
namespace {

TEST(Bytes, EqualOnlyIfEveryBitIs) {
  for (std::size_t length = 0; length <= 40; ++length) {
    std::vector<std::uint8_t> a(length);
    for (std::size_t i = 0; i < length; ++i) a[i] = static_cast<std::uint8_t>(i * 37 + length);
    std::vector<std::uint8_t> b = a;
    EXPECT_TRUE(equal_constant_time(a, b)) << length;
    for (std::size_t bit = 0; bit < length * 8; ++bit) {
      b[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      EXPECT_FALSE(equal_constant_time(a, b)) << length << " bytes, bit " << bit;
      b[bit / 8] = a[bit / 8];
    }
    b.push_back(0);
    EXPECT_FALSE(equal_constant_time(a, b)) << length << " against " << length + 1;
  }
}

TEST(Bytes, BigEndian) {
  std::uint8_t bytes[4];
  store_be32(bytes, 0x01020304);
  EXPECT_EQ(to_hex(bytes), "01020304");
  EXPECT_EQ(load_be32(bytes), 0x01020304U);
  store_be16(bytes, 0xa1b2);
  EXPECT_EQ(to_hex(bytes), "a1b20304");
  EXPECT_EQ(load_be16(bytes), 0xa1b2);
}

TEST(Bytes, HexRoundTrip) {
  const std::vector<std::uint8_t> bytes{0x00, 0x0f, 0xf0, 0xab};
  EXPECT_EQ(to_hex(bytes), "000ff0ab");
  EXPECT_EQ(from_hex("000fF0aB"), bytes);
  EXPECT_EQ(from_hex(""), std::vector<std::uint8_t>{});
  for (const char* bad : {"0", "0g", "g0", "0x12", " 12 "}) EXPECT_EQ(from_hex(bad), std::nullopt);
}

}  // namespace
}  // namespace tfm
