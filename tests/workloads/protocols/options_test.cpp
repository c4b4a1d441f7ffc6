// SPDX-License-Identifier: MIT
// TCP options as an attacker writes them.
#include <initializer_list>

#include "tests/workloads/protocols/support.hpp"

namespace tfm::test {
namespace {

/// A segment without data.
TcpSegment segment_of(Packet& header) {
  const auto bytes = static_cast<std::uint16_t>(header.size());
  return {.header = header.data(), .header_bytes = bytes, .bytes = bytes};
}

/// The offset at which the AO option is found among `options`, which end with the header.
std::uint32_t find(std::initializer_list<std::uint8_t> options, std::uint8_t kind = tcp_option_ao,
                   std::uint8_t length = 16) {
  Packet header(tcp_header_bytes);
  header.insert(header.end(), options);
  header.shrink_to_fit();
  return find_auth_option(segment_of(header), kind, length);
}

constexpr std::uint8_t ao = tcp_option_ao, md5 = tcp_option_md5;

TEST(TcpOptions, AreWalkedToTheOption) {
  EXPECT_EQ(find({ao, 16, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), 20U);
  EXPECT_EQ(find({1, 1, 3, 3, 8, 1, ao, 16, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), 26U);
  EXPECT_EQ(find({1, md5, 4, 0, 0}, md5, 4), 21U);
}

TEST(TcpOptions, AreNotFoundIfAbsentOrHidden) {
  EXPECT_EQ(find({}), 0U);
  EXPECT_EQ(find({1, 1, 1, 1}), 0U);
  EXPECT_EQ(find({0, ao, 4, 1, 2}, ao, 4), 0U) << "behind the end of the list";
  EXPECT_EQ(find({254, 6, ao, 4, 1, 2, 1, 1}, ao, 4), 0U) << "inside another option";
}

TEST(TcpOptions, AreRefusedWithHostileLengths) {
  EXPECT_EQ(find({ao, 4, 1, 2, 3, 0}, ao, 4), 0U) << "a later length of 0";
  EXPECT_EQ(find({3, 0, ao, 4, 1, 2}, ao, 4), 0U) << "a length of 0 loops";
  EXPECT_EQ(find({3, 1, ao, 4, 1, 2}, ao, 4), 0U) << "a length of 1";
  EXPECT_EQ(find({3, 255, ao, 4, 1, 2}, ao, 4), 0U) << "beyond the header";
  EXPECT_EQ(find({ao, 4, 1}, ao, 4), 0U) << "one byte beyond the header";
  EXPECT_EQ(find({1, 1, 1, ao}), 0U) << "no length at all";
  EXPECT_EQ(find({ao, 4, 1, 2}), 0U) << "another MAC length";
}

TEST(TcpOptions, AreRefusedIfAmbiguous) {
  EXPECT_EQ(find({ao, 4, 1, 2, ao, 4, 1, 2}, ao, 4), 0U) << "twice";
  EXPECT_EQ(find({ao, 4, 1, 2, ao, 2, 1, 1}, ao, 4), 0U) << "twice, of two lengths";
  EXPECT_EQ(find({ao, 4, 1, 2, md5, 4, 0, 0}, ao, 4), 0U) << "AO and MD5";
  EXPECT_EQ(find({md5, 4, 0, 0, ao, 4, 1, 2}, ao, 4), 0U) << "MD5 and AO";
}

/// Whatever the options are, what the walk finds lies inside the header.
TEST(TcpOptions, AreNeverFoundOutsideTheHeader) {
  Rng rng(29);
  for (int i = 0; i < 200'000; ++i) {
    Packet header(tcp_header_bytes + rng.below(41));
    for (std::uint8_t& byte : header) {
      constexpr std::uint8_t likely[] = {0, 1, 2, 4, 8, 10, 16, 18, 19, 29};
      byte = rng.below(3) == 0 ? static_cast<std::uint8_t>(rng.next()) : likely[rng.below(10)];
    }
    header.shrink_to_fit();
    const std::uint32_t found = find_auth_option(segment_of(header), tcp_option_ao, 16);
    if (found == 0) continue;
    ASSERT_LE(found + 16, header.size());
    ASSERT_EQ(header[found], tcp_option_ao);
    ASSERT_EQ(header[found + 1], 16);
  }
}

}  // namespace
}  // namespace tfm::test
