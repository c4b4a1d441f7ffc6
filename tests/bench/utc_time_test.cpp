// SPDX-License-Identifier: MIT
// Points in time as text, and back.
#include "bench/utc_time.hpp"

#include <gtest/gtest.h>

namespace tfm::bench {
namespace {

using std::chrono::seconds;

TEST(UtcTime, IsTheSameAsTextAndAsNumber) {
  // The numbers are those of `date -u -d TEXT +%s`.
  for (const auto& [text, second] :
       {std::pair("1970-01-01T00:00:00Z", 0LL), std::pair("2024-02-29T23:59:59Z", 1709251199LL),
        std::pair("2026-11-30T02:24:48Z", 1796005488LL)}) {
    EXPECT_EQ(parse_utc(text), UtcTime(seconds(second)));
    EXPECT_EQ(utc_text(UtcTime(seconds(second))), text);
  }
  const UtcTime now = utc_now();
  EXPECT_EQ(parse_utc(utc_text(now)), now);
}

TEST(UtcTime, AnotherFormIsRefused) {
  for (const char* text : {"", "2026-11-30", "2026-11-30 02:24:48Z", "2026-11-30T02:24:48",
                           "2026-11-30T02:24:48+01:00", "2026-11-30T02:24:48.5Z",
                           "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
                           "2026-11-30T24:00:00Z", "2026-11-30T02:60:48Z", "2026-11-30T02:24:60Z",
                           "2026-11-30T02:24:4 Z", "2026-11-3xT02:24:48Z"}) {
    EXPECT_EQ(parse_utc(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace tfm::bench
