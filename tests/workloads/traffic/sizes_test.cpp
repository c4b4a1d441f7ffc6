// SPDX-License-Identifier: MIT
// The names of sizes, and the bytes that they mean.
#include "workloads/traffic/sizes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace tfm {
namespace {

constexpr std::size_t header_bytes = 68;  // IPv4 and TCP with 28 bytes of options

std::map<std::size_t, unsigned> payloads(std::string_view name, std::size_t headers, unsigned n) {
  Rng rng(1);
  const auto sizes = sizes_named(name);
  std::map<std::size_t, unsigned> count;
  for (unsigned i = 0; i < n; ++i) ++count[sizes.value().payload(rng, headers)];
  return count;
}

std::size_t only_payload(std::string_view name, std::size_t headers = header_bytes) {
  const auto count = payloads(name, headers, 50);
  EXPECT_EQ(count.size(), 1U) << name;
  return count.begin()->first;
}

TEST(Sizes, FixedOnesHaveTheSizeInTheirName) {
  EXPECT_EQ(only_payload("keepalive"), 19U);
  EXPECT_EQ(only_payload("bgp_update"), 94U);
  EXPECT_EQ(only_payload("mtu"), 1500 - header_bytes);
  EXPECT_EQ(only_payload("fixed_0"), 0U);
  EXPECT_EQ(only_payload("fixed_64"), 64U);
  EXPECT_EQ(only_payload("fixed_1440"), 1440U);
}

TEST(Sizes, ImixIsSevenToFourToOneRaisedToTheHeaders) {
  constexpr unsigned n = 120'000;
  const auto count = payloads("imix", header_bytes, n);
  ASSERT_EQ(count.size(), 3U);
  const std::map<std::size_t, double> expected = {
      {0, 7.0 / 12}, {576 - header_bytes, 4.0 / 12}, {1500 - header_bytes, 1.0 / 12}};
  for (const auto& [bytes, share] : expected) {
    ASSERT_TRUE(count.contains(bytes)) << bytes;
    EXPECT_NEAR(count.at(bytes), n * share, 5 * std::sqrt(n * share * (1 - share))) << bytes;
  }
}

TEST(Sizes, SmallHeadersLeaveRoomInTheSmallestImixPacket) {
  EXPECT_TRUE(payloads("imix", 28, 100).contains(12));
}

TEST(Sizes, OverheadBeyondTheLengthLeavesNoPayload) {
  EXPECT_EQ(only_payload("mtu", 1499), 1U);
  EXPECT_EQ(only_payload("mtu", 1600), 0U);
  EXPECT_EQ(only_payload("imix", 1600), 0U);
}

TEST(Sizes, OtherNamesAreRefused) {
  for (const std::string_view name :
       {"", "Mtu", "keepalive ", "fixed_", "fixed_1441", "fixed_-1", "fixed_+1", "fixed_01",
        "fixed_00", "fixed_1x", "fixed_ 1", "fixed_18446744073709551617", "fixed_N"}) {
    EXPECT_FALSE(sizes_named(name).has_value()) << '"' << name << '"';
  }
}

TEST(Sizes, EveryListedNameIsTaken) {
  ASSERT_FALSE(sizes_summaries().empty());
  for (const auto& [name, summary] : sizes_summaries()) {
    EXPECT_TRUE(sizes_named(name == "fixed_N" ? "fixed_7" : name).has_value()) << name;
    EXPECT_FALSE(summary.empty()) << name;
  }
}

}  // namespace
}  // namespace tfm
