// SPDX-License-Identifier: MIT
// The anti-replay window compared with a receiver that remembers everything.
#include "workloads/protocols/replay_window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "runtime/rng.hpp"

namespace tfm::test {
namespace {

TEST(ReplayWindow, LetsEachNumberPassOnceWhileItIsInTheWindow) {
  ReplayWindow window;
  EXPECT_FALSE(window.check(0));
  EXPECT_TRUE(window.check(1));
  window.advance(1);
  EXPECT_FALSE(window.check(1));
  EXPECT_FALSE(window.check(0));
  window.advance(100);  // 37 to 100 are in the window now
  EXPECT_FALSE(window.check(100));
  EXPECT_FALSE(window.check(36));
  EXPECT_TRUE(window.check(37));
  window.advance(37);
  EXPECT_FALSE(window.check(37));
  EXPECT_TRUE(window.check(99));
  EXPECT_TRUE(window.check(101));
  window.advance(164);  // the first number that moves the window beyond all earlier ones
  EXPECT_FALSE(window.check(100));
  EXPECT_TRUE(window.check(101));
}

TEST(ReplayWindow, TakesTheLargestNumber) {
  ReplayWindow window;
  window.advance(0xffffffff);
  EXPECT_FALSE(window.check(0xffffffff));
  EXPECT_FALSE(window.check(0));
  EXPECT_FALSE(window.check(1));
  EXPECT_TRUE(window.check(0xffffffff - 63));
  EXPECT_FALSE(window.check(0xffffffff - 64));
}

TEST(ReplayWindow, AgreesWithAReceiverThatRemembersEverything) {
  Rng rng(1);
  ReplayWindow window;
  std::set<std::uint32_t> seen;
  std::uint32_t highest = 0, refused = 0;
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    // Mostly around the edge of the window, sometimes a large step.
    const std::uint32_t leap = rng.below(50) == 0 ? rng.below(200) : 0;
    const std::uint32_t back = rng.below(80);
    const std::uint32_t number = highest + 3 + leap > back ? highest + 3 + leap - back : 0;
    const bool fresh =
        number != 0 && number + ReplayWindow::packets > highest && seen.find(number) == seen.end();
    ASSERT_EQ(window.check(number), fresh) << number << " after " << highest;
    if (!fresh) {
      ++refused;
      continue;
    }
    window.advance(number);
    seen.insert(number);
    highest = std::max(highest, number);
  }
  EXPECT_GT(refused, 10'000U);
  EXPECT_GT(seen.size(), 10'000U);
}

}  // namespace
}  // namespace tfm::test
