// SPDX-License-Identifier: MIT
#include "runtime/work.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace tfm {
namespace {

struct Counter {
  std::atomic<int> asked{0};  ///< raised before each schedule()
  std::atomic<int> seen{0};   ///< the value of `asked` in the last run
  std::atomic<int> runs{0};
  std::atomic<bool> hold{false};
};

void count(void* data) noexcept {
  auto& c = *static_cast<Counter*>(data);
  c.seen = c.asked.load();
  ++c.runs;
  c.hold.wait(true);
}

TEST(Work, DoesNothingUntilScheduled) {
  Counter c;
  auto work = Work::create(count, &c).value();
  work->flush();
  EXPECT_EQ(c.runs, 0);
}

// Two threads ask. After its flush each finds that its own request was seen.
TEST(Work, FlushWaitsForAllEarlierCalls) {
  Counter c;
  auto work = Work::create(count, &c).value();
  const auto ask = [&] {
    for (int i = 0; i < 500; ++i) {
      const int mine = ++c.asked;
      work->schedule();
      work->flush();
      EXPECT_GE(c.seen, mine);
    }
  };
  std::thread other(ask);
  ask();
  other.join();
  EXPECT_LE(c.runs, 1000);
}

TEST(Work, CallsWhileItRunsAreOneMoreRun) {
  Counter c;
  c.hold = true;
  auto work = Work::create(count, &c).value();
  work->schedule();
  while (c.runs == 0) std::this_thread::yield();
  for (int i = 0; i < 10; ++i) work->schedule();
  c.hold = false;
  c.hold.notify_all();
  work->flush();
  EXPECT_EQ(c.runs, 2);
}

TEST(Work, DestructionFlushes) {
  Counter c;
  for (int i = 1; i <= 200; ++i) {
    auto work = Work::create(count, &c).value();
    c.asked = i;
    work->schedule();
    work.reset();
    ASSERT_EQ(c.seen, i);
    ASSERT_EQ(c.runs, i);
  }
}

}  // namespace
}  // namespace tfm
