// SPDX-License-Identifier: MIT
// When a block is given up, and what is said of it.
#include "bench/driver/not_run.hpp"

#include <gtest/gtest.h>

namespace tfm::bench {
namespace {

class NotRunTest : public testing::Test {
 protected:
  NotRunTest() {
    plan_.blocks.push_back({"a", {}, {Pass::timed, Pass::counted}, {}, {}});
    plan_.blocks.push_back({"b", {}, {Pass::timed}, {}, {}});
  }
  static Job job(std::size_t block, Pass pass = Pass::timed) { return {block, pass, 0, 0, 1, ""}; }

  Plan plan_;
};

TEST_F(NotRunTest, OneFailureGivesItsBlockUpInItsPassAlone) {
  Failures failures(plan_);
  EXPECT_FALSE(failures.any());
  EXPECT_FALSE(failures.stops(job(0)));
  failures.failed(job(0), "it crashed", false);
  EXPECT_TRUE(failures.any());
  EXPECT_TRUE(failures.stops(job(0)));
  EXPECT_TRUE(failures.stops(job(0)));
  EXPECT_FALSE(failures.stops(job(0, Pass::counted)));
  EXPECT_FALSE(failures.stops(job(1)));
  EXPECT_EQ(failures.lines(),
            (std::vector<std::string>{
                "1 timed round of a could not run, 2 more not started: it crashed"}));
}

TEST_F(NotRunTest, ABlockMayTakeTooLongOnce) {
  Failures failures(plan_);
  failures.failed(job(1), "too long", true);
  EXPECT_FALSE(failures.stops(job(1)));
  failures.failed(job(1), "too long again", true);
  EXPECT_TRUE(failures.stops(job(1)));
  EXPECT_EQ(failures.lines(),
            (std::vector<std::string>{
                "2 timed rounds of b could not run, 1 more not started: too long again"}));
}

TEST_F(NotRunTest, ABlockThatWasNotedHasOneTry) {
  Failures failures(plan_);
  failures.noted_before(job(1));
  EXPECT_FALSE(failures.stops(job(1)));
  EXPECT_FALSE(failures.any()) << "it may run this time";
  EXPECT_TRUE(failures.lines().empty());
  failures.failed(job(1), "too long", true);
  EXPECT_TRUE(failures.stops(job(1)));
}

TEST(NotRun, TheReasonComesBack) {
  RoundRequest request;
  request.start = "2026-01-31T12:00:00Z";
  EXPECT_EQ(reason_in(not_run_json(request, {"out of memory", 1, 2})), "out of memory");
  EXPECT_EQ(reason_in(not_run_json(request, {"bad \xff byte", 1, 2})), "bad \xef\xbf\xbd byte");
  for (const char* torn : {"", "{", "[]", "{}", "{\"reason\": 1}"}) {
    EXPECT_EQ(reason_in(torn), "its note does not say why") << torn;
  }
}

}  // namespace
}  // namespace tfm::bench
