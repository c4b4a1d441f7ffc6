// SPDX-License-Identifier: MIT
// Grace periods: whom they wait for, and whom not. A wrong answer to the second hangs.
#include "runtime/rcu.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "runtime/mutex.hpp"
#include "runtime/work.hpp"

namespace tfm {
namespace {

void expect_still_false(const std::atomic<bool>& flag) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(flag);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST(Rcu, AGracePeriodWaitsForASectionInProgress) {
  const RcuThread rcu;
  for (int i = 0; i < 20; ++i) {
    rcu_read_lock_bh();
    std::atomic<bool> over{false};
    std::thread writer([&] {
      synchronize_rcu();
      over = true;
    });
    expect_still_false(over);
    rcu_read_unlock_bh();
    expect_still_false(over);  // a section alone is not the end of a poll
    const RcuOffline waits;
    writer.join();
    EXPECT_TRUE(over);
  }
}

// Pointers are swapped, and what they pointed to is spoiled after a grace period.
TEST(Rcu, NoReaderSeesWhatWasFreed) {
  struct Node {
    std::uint64_t value = 1;
  };
  std::array<Node, 2> nodes;
  std::atomic<Node*> current{nodes.data()};
  std::atomic<bool> stop{false};
  std::atomic<unsigned> wrong{0}, readers{0};
  const auto read = [&] {
    const RcuThread rcu;
    ++readers;
    while (!stop) {
      for (int packet = 0; packet < 64; ++packet) {
        rcu_read_lock_bh();
        if (current.load(std::memory_order_acquire)->value != 1) ++wrong;
        rcu_read_unlock_bh();
      }
      rcu_quiescent_state();
    }
  };
  std::thread first(read), second(read);
  while (readers < 2) std::this_thread::yield();
  for (unsigned i = 1; i <= 500; ++i) {
    Node& spare = nodes[i % 2];
    spare.value = 1;
    Node* old = current.exchange(&spare, std::memory_order_acq_rel);
    synchronize_rcu();
    old->value = 0;
  }
  stop = true;
  first.join();
  second.join();
  EXPECT_EQ(wrong, 0U);
}

TEST(Rcu, AnOfflineThreadIsNotWaitedFor) {
  const RcuThread rcu;
  EXPECT_TRUE(rcu_online());
  const auto grace_period_elsewhere = [] { std::thread(synchronize_rcu).join(); };
  {
    const RcuOffline waits;
    EXPECT_FALSE(rcu_online());
    grace_period_elsewhere();
    {
      const RcuOffline nested;
      grace_period_elsewhere();
    }
    EXPECT_FALSE(rcu_online()) << "the inner object has put it online";
    grace_period_elsewhere();
  }
  EXPECT_TRUE(rcu_online());
}

TEST(Rcu, AThreadThatDoesNotReadIsNotWaitedFor) {
  EXPECT_FALSE(rcu_online());
  {
    const RcuOffline waits;
    EXPECT_FALSE(rcu_online());
  }
  EXPECT_FALSE(rcu_online());
  std::thread([] { const RcuThread rcu; }).join();
  synchronize_rcu();
}

TEST(Rcu, ReadersMayWaitForGracePeriodsThemselves) {
  const auto run = [] {
    const RcuThread rcu;
    for (int i = 0; i < 100; ++i) {
      rcu_read_lock_bh();
      rcu_read_unlock_bh();
      synchronize_rcu();
      EXPECT_TRUE(rcu_online());
    }
  };
  std::thread other(run);
  run();
  other.join();
}

TEST(Rcu, WhoWaitsForAMutexDoesNotHoldUpItsHolder) {
  const RcuThread rcu;
  Mutex mutex;
  for (int i = 0; i < 50; ++i) {
    std::atomic<bool> held{false};
    std::thread holder([&] {
      const std::lock_guard lock(mutex);
      held = true;
      synchronize_rcu();
    });
    while (!held) std::this_thread::yield();
    { const std::lock_guard lock(mutex); }
    EXPECT_TRUE(rcu_online());
    const RcuOffline waits;
    holder.join();
  }
}

TEST(Rcu, WhoFlushesWorkDoesNotHoldItUp) {
  const RcuThread rcu;
  auto work = Work::create([](void*) noexcept { synchronize_rcu(); }, nullptr).value();
  for (int i = 0; i < 50; ++i) {
    work->schedule();
    work->flush();
    EXPECT_TRUE(rcu_online());
  }
  work->schedule();
  work.reset();
}

TEST(RcuDeathTest, InsideASectionAThreadIsNotQuiescent) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const RcuThread rcu;
  const auto inside = [](auto f) {
    rcu_read_lock_bh();
    f();
  };
  EXPECT_DEATH(inside(rcu_quiescent_state), "rcu: a quiescent state inside a read-side section");
  EXPECT_DEATH(inside([] { const RcuOffline waits; }), "rcu: a thread goes offline inside");
  EXPECT_DEATH(inside(synchronize_rcu), "rcu: synchronize_rcu\\(\\) inside");
  EXPECT_DEATH(inside([] { Work::create([](void*) noexcept {}, nullptr).value()->flush(); }),
               "rcu: a thread goes offline inside");
  EXPECT_DEATH(std::thread([] {
                 const RcuThread reader;
                 rcu_read_lock_bh();
               }).join(),
               "rcu: a thread ends inside");
}

}  // namespace
}  // namespace tfm
