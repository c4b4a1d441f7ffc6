// SPDX-License-Identifier: MIT
#include "runtime/fault_injector.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace tfm {
namespace {

/// What becomes of allocations of these sizes: 'x' fails, '.' is granted.
std::string outcomes(const Faults& faults, std::initializer_list<std::size_t> sizes,
                     Gfp gfp = Gfp::atomic) {
  FaultInjector injector(faults);
  std::string text;
  for (const std::size_t bytes : sizes) text += injector.should_fail(bytes, gfp) ? 'x' : '.';
  return text;
}
std::string outcomes(const Faults& faults, std::size_t count, Gfp gfp = Gfp::atomic) {
  FaultInjector injector(faults);
  std::string text;
  while (count-- > 0) text += injector.should_fail(64, gfp) ? 'x' : '.';
  return text;
}

// The sequences below are worked out by hand from should_fail_ex().

TEST(FaultInjector, NothingFailsByDefault) { EXPECT_EQ(outcomes({}, 8), "........"); }

TEST(FaultInjector, FailsEveryIntervalthCandidate) {
  EXPECT_EQ(outcomes({.probability = 1}, 4), "xxxx");
  EXPECT_EQ(outcomes({.probability = 1, .interval = 0}, 4), "xxxx");
  EXPECT_EQ(outcomes({.probability = 1, .interval = 3}, 8), "..x..x..");
}

TEST(FaultInjector, FailsSoManyTimes) {
  EXPECT_EQ(outcomes({.probability = 1, .times = 0}, 3), "...");
  EXPECT_EQ(outcomes({.probability = 1, .interval = 2, .times = 2}, 8), ".x.x....");
}

// 100: 60, 20, then 40 is more than what is left; 10 is not, and 10 is as much as what is left.
TEST(FaultInjector, GrantsTheSpaceFirst) {
  EXPECT_EQ(outcomes({.probability = 1, .space = 100}, {40, 40, 40, 10, 10, 9, 1}), "..x.x.x");
  EXPECT_EQ(outcomes({.probability = 0, .space = 100}, {200, 200}), "..");
}

TEST(FaultInjector, TheIntervalCountsBeyondTheSpaceOnly) {
  EXPECT_EQ(outcomes({.probability = 1, .interval = 2, .space = 129}, 7), "...x.x.");
}

TEST(FaultInjector, ASpentLimitLeavesTheSpaceAlone) {
  FaultInjector injector({.probability = 1, .times = 1, .space = 11});
  EXPECT_TRUE(injector.should_fail(11, Gfp::atomic));  // 11 are not more than 11
  EXPECT_FALSE(injector.should_fail(11, Gfp::atomic));
}

TEST(FaultInjector, TheKthFailsWhateverTheRestSays) {
  EXPECT_EQ(outcomes({.kth = 3}, 6), "..x...");
  EXPECT_EQ(outcomes({.times = 0, .space = 1000, .kth = 3}, 6), "..x...");
  EXPECT_EQ(outcomes({.kth = 3, .sticky = true}, 6), "..xxxx");
}

// Before the k-th the rest is not asked; it counts among the times, if it is not one too many.
TEST(FaultInjector, TheRestBeginsAfterTheKth) {
  EXPECT_EQ(outcomes({.probability = 1, .interval = 2, .kth = 3}, 8), "..x.x.x.");
  EXPECT_EQ(outcomes({.probability = 1, .times = 2, .kth = 2}, 6), ".xx...");
  EXPECT_EQ(outcomes({.probability = 1, .times = 0, .kth = 2}, 6), ".x....");
}

TEST(FaultInjector, SleepersAreCandidatesOnDemand) {
  EXPECT_EQ(outcomes({.probability = 1}, 3, Gfp::kernel), "...");
  EXPECT_EQ(outcomes({.probability = 1, .also_kernel = true}, 3, Gfp::kernel), "xxx");
  FaultInjector injector({.kth = 2});
  EXPECT_FALSE(injector.should_fail(1, Gfp::atomic));
  EXPECT_FALSE(injector.should_fail(1, Gfp::kernel)) << "no candidate, and so not the second";
  EXPECT_TRUE(injector.should_fail(1, Gfp::atomic));
}

// One number is drawn for each candidate that comes as far as the probability, and no other.
TEST(FaultInjector, TheProbabilityIsSeeded) {
  const Faults faults{.probability = 0.25, .interval = 2, .seed = 9, .space = 65};
  Rng rng(9);
  std::string expected = ".";
  int failures = 0;
  for (int i = 1; i <= 4000; ++i) {
    const bool fails = i % 2 == 0 && rng.uniform() < 0.25;
    failures += fails ? 1 : 0;
    expected += fails ? 'x' : '.';
  }
  EXPECT_EQ(outcomes(faults, 4001), expected);
  EXPECT_NEAR(failures, 500, 80);  // 4 standard deviations
  EXPECT_NE(outcomes({.probability = 0.25, .seed = 10}, 4000),
            outcomes({.probability = 0.25, .seed = 11}, 4000));
}

}  // namespace
}  // namespace tfm
