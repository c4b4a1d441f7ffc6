// SPDX-License-Identifier: MIT
#include "runtime/fault_injector.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace tfm {
namespace {

/// The results of allocations of these sizes: 'x' fails, '.' is granted.
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

TEST(FaultInjector, FailsAtMostTimes) {
  EXPECT_EQ(outcomes({.probability = 1, .times = 0}, 3), "...");
  EXPECT_EQ(outcomes({.probability = 1, .interval = 2, .times = 2}, 8), ".x.x....");
}

// Space 100: two grants leave 60 and 20, and 40 is more than that. 10 is less and leaves 10. The
// next 10 is not less.
TEST(FaultInjector, GrantsTheSpaceFirst) {
  EXPECT_EQ(outcomes({.probability = 1, .space = 100}, {40, 40, 40, 10, 10, 9, 1}), "..x.x.x");
  EXPECT_EQ(outcomes({.probability = 0, .space = 100}, {200, 200}), "..");
}

TEST(FaultInjector, TheIntervalBeginsAfterTheSpace) {
  EXPECT_EQ(outcomes({.probability = 1, .interval = 2, .space = 129}, 7), "...x.x.");
}

TEST(FaultInjector, UsedUpTimesLeaveTheSpaceUnchanged) {
  FaultInjector injector({.probability = 1, .times = 1, .space = 11});
  EXPECT_TRUE(injector.should_fail(11, Gfp::atomic));  // 11 is not more than 11
  EXPECT_FALSE(injector.should_fail(11, Gfp::atomic));
}

TEST(FaultInjector, TheKthFailsWhateverTheOtherFieldsSay) {
  EXPECT_EQ(outcomes({.kth = 3}, 6), "..x...");
  EXPECT_EQ(outcomes({.times = 0, .space = 1000, .kth = 3}, 6), "..x...");
  EXPECT_EQ(outcomes({.kth = 3, .sticky = true}, 6), "..xxxx");
}

// The other fields have no effect before the k-th candidate. Its failure counts as one of the
// times, if any are left.
TEST(FaultInjector, TheOtherFieldsBeginAfterTheKth) {
  EXPECT_EQ(outcomes({.probability = 1, .interval = 2, .kth = 3}, 8), "..x.x.x.");
  EXPECT_EQ(outcomes({.probability = 1, .times = 2, .kth = 2}, 6), ".xx...");
  EXPECT_EQ(outcomes({.probability = 1, .times = 0, .kth = 2}, 6), ".x....");
}

TEST(FaultInjector, KernelAllocationsAreCandidatesOnDemand) {
  EXPECT_EQ(outcomes({.probability = 1}, 3, Gfp::kernel), "...");
  EXPECT_EQ(outcomes({.probability = 1, .also_kernel = true}, 3, Gfp::kernel), "xxx");
  FaultInjector injector({.kth = 2});
  EXPECT_FALSE(injector.should_fail(1, Gfp::atomic));
  EXPECT_FALSE(injector.should_fail(1, Gfp::kernel)) << "not a candidate, so it is not the second";
  EXPECT_TRUE(injector.should_fail(1, Gfp::atomic));
}

// One random number is drawn for each candidate that reaches the check of the probability, and only
// then.
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
