// SPDX-License-Identifier: MIT
// The order of turns: every cell once per lap, every pair in both orders.
#include "bench/turns/lap_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tfm::bench {
namespace {

TEST(LapOrder, EachLapIsAPermutation) {
  for (const std::size_t cells : {1, 2, 3, 8}) {
    LapOrder order(cells, 1);
    for (int lap = 0; lap < 50; ++lap) {
      const auto& now = order.next();
      ASSERT_EQ(now.size(), cells);
      ASSERT_EQ(std::set(now.begin(), now.end()).size(), cells);
      ASSERT_LT(*std::max_element(now.begin(), now.end()), cells);
    }
  }
}

TEST(LapOrder, TwoLapsTakeEachPairInBothOrders) {
  constexpr std::size_t cells = 7;
  LapOrder order(cells, 2);
  for (int laps = 0; laps < 20; ++laps) {
    unsigned first[cells][cells] = {};
    for (int lap = 0; lap < 2; ++lap) {
      const auto& now = order.next();
      for (std::size_t i = 0; i < cells; ++i) {
        for (std::size_t k = i + 1; k < cells; ++k) ++first[now[i]][now[k]];
      }
    }
    for (std::size_t a = 0; a < cells; ++a) {
      for (std::size_t b = 0; b < cells; ++b) EXPECT_EQ(first[a][b], a == b ? 0U : 1U);
    }
  }
}

TEST(LapOrder, EveryCellTakesEveryPositionEquallyOften) {
  constexpr std::size_t cells = 4;
  constexpr int laps = 4000;
  LapOrder order(cells, 3);
  unsigned at[cells][cells] = {};
  for (int lap = 0; lap < laps; ++lap) {
    const auto& now = order.next();
    for (std::size_t place = 0; place < cells; ++place) ++at[now[place]][place];
  }
  for (const auto& places : at) {
    // laps / cells each. A lap and its reverse are one draw, so the deviation is twice that of 2000
    // draws.
    for (const unsigned times : places) EXPECT_NEAR(times, 1000, 5 * 40);
  }
}

TEST(LapOrder, TheSeedDecides) {
  LapOrder a(8, 1), b(8, 1), c(8, 2);
  EXPECT_EQ(a.next(), b.next());
  EXPECT_NE(a.next(), c.next());
}

}  // namespace
}  // namespace tfm::bench
