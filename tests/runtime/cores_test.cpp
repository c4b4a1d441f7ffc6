// SPDX-License-Identifier: MIT
// Sets of cores beyond the 1,024 of a cpu_set_t, and pinning.
#include "runtime/cores.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <thread>

namespace tfm {
namespace {

TEST(CoreSet, HoldsMoreCoresThanACpuSet) {
  std::vector<unsigned> all(2048);
  std::iota(all.begin(), all.end(), 0U);
  CoreSet set(2048);
  EXPECT_TRUE(set.listed().empty());
  EXPECT_GE(set.bytes(), 2048U / 8);
  for (const unsigned core : all) set.add(core);
  EXPECT_EQ(set.listed(), all);
}

TEST(CoreSet, HasRoomForItsLastCore) {
  for (const unsigned core : {0U, 63U, 64U, 1023U, 1024U, 2047U}) {
    CoreSet set(core + 1);
    set.add(core);
    EXPECT_EQ(set.listed(), std::vector<unsigned>{core});
  }
}

TEST(Cores, AThreadIsPinnedToEachThatItMayUse) {
  const std::vector<unsigned> allowed = allowed_cores();
  ASSERT_FALSE(allowed.empty());
  for (const unsigned core : allowed) {
    std::thread([&] {
      EXPECT_TRUE(pin_to_core(core));
      EXPECT_EQ(allowed_cores(), std::vector<unsigned>{core});
      EXPECT_EQ(::sched_getcpu(), static_cast<int>(core));
    }).join();
  }
  EXPECT_EQ(allowed_cores(), allowed);
}

TEST(Cores, ACoreThatIsNotThereIsRefused) {
  const std::vector<unsigned> before = allowed_cores();
  for (const unsigned core : {1500U, 100'000U}) EXPECT_FALSE(pin_to_core(core)) << core;
  EXPECT_EQ(allowed_cores(), before);
}

}  // namespace
}  // namespace tfm
