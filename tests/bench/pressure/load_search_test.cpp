// SPDX-License-Identifier: MIT
// The bisection, with trials whose losses are a known function of the load.
#include "bench/pressure/load_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace tfm::bench::test {
namespace {

constexpr std::uint64_t packets = 10'000;
constexpr double service_ns = 250;
constexpr double capacity_pps = 4e6;

/// A trial that loses nothing up to the load `lossless`. Beyond it, losses grow linearly: 100
/// packets at twice that load.
auto bearing(double lossless, unsigned& trials) {
  return [=, &trials](double pps) {
    ++trials;
    const double excess = std::max(0.0, pps / lossless - 1);
    return Trial{.offered_pps = pps,
                 .packets = packets,
                 .ring_losses = static_cast<std::uint64_t>(std::ceil(excess * 100))};
  };
}

TEST(LoadSearch, FindsTheHighestLoadToOnePercent) {
  for (const double share : {0.02, 0.1, 0.5, 0.9999, 1.0, 1.3}) {
    const double lossless = share * capacity_pps;
    unsigned trials = 0;
    const LoadSearch s = search_loads(service_ns, 64, packets, bearing(lossless, trials));
    ASSERT_TRUE(s.lossless_pps.has_value()) << share;
    EXPECT_LE(*s.lossless_pps, lossless * (1 + 1e-9));
    EXPECT_GT(*s.lossless_pps * load_step, lossless);
    // 0.5 % are 50 packets: 1.5 times the lossless load, or the highest load tried.
    ASSERT_TRUE(s.half_percent_loss_pps.has_value());
    const double half = std::min(lossless * 1.5, capacity_pps * std::pow(load_step, 70));
    EXPECT_LE(*s.half_percent_loss_pps, half * (1 + 1e-9));
    EXPECT_GT(*s.half_percent_loss_pps * load_step, half * (1 - 1e-9));
    EXPECT_EQ(s.trials.size(), trials) << "each load is tried once";
    EXPECT_LE(trials, load_steps.size() + 16) << "plus two searches of eight steps";
    EXPECT_TRUE(std::is_sorted(s.trials.begin(), s.trials.end(), [](const auto& a, const auto& b) {
      return a.offered_pps < b.offered_pps;
    }));
  }
}

TEST(LoadSearch, LossesAtEveryLoadGiveNoResult) {
  const auto losing = [](std::uint64_t skb_losses) {
    return search_loads(service_ns, 64, packets, [=](double pps) {
      return Trial{.offered_pps = pps, .packets = packets, .skb_losses = skb_losses};
    });
  };
  EXPECT_FALSE(losing(51).lossless_pps.has_value());
  EXPECT_FALSE(losing(51).half_percent_loss_pps.has_value());
  EXPECT_EQ(losing(51).trials.size(), load_steps.size()) << "the curve is measured anyway";
  EXPECT_FALSE(losing(50).lossless_pps.has_value());
  EXPECT_TRUE(losing(50).half_percent_loss_pps.has_value()) << "exactly 0.5 % is allowed";
}

// A burst can hit a trial at a lower load and miss one at a higher load.
TEST(LoadSearch, ALossAtALowerLoadDoesNotHideAHigherLosslessLoad) {
  const LoadSearch s = search_loads(service_ns, 64, packets, [](double pps) {
    const bool unlucky = pps < 0.1 * capacity_pps || pps > 0.8 * capacity_pps;
    return Trial{.offered_pps = pps, .packets = packets, .skb_losses = unlucky ? 1000U : 0U};
  });
  ASSERT_TRUE(s.lossless_pps.has_value());
  EXPECT_NEAR(*s.lossless_pps, 0.8 * capacity_pps, 0.01 * capacity_pps);
}

TEST(LoadSearch, EveryKindOfLossCounts) {
  const Trial t{.ring_losses = 1, .skb_losses = 20, .operation_losses = 300};
  EXPECT_EQ(t.losses(), 321U);
}

TEST(LoadSearch, LoadsGoFromASixtyFourthOfTheCapacityToTwice) {
  EXPECT_NEAR(std::pow(load_step, load_steps.front()), 1.0 / 64, 0.0002);
  EXPECT_NEAR(std::pow(load_step, load_steps.back()), 2, 0.01);
  EXPECT_TRUE(std::is_sorted(load_steps.begin(), load_steps.end()));
  EXPECT_EQ(std::count(load_steps.begin(), load_steps.end(), 0), 1) << "the capacity itself";
}

}  // namespace
}  // namespace tfm::bench::test
