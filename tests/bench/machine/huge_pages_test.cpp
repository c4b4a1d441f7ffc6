// SPDX-License-Identifier: MIT
// The pages under a process's memory. Each case has a process of its own.
#include "bench/machine/huge_pages.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "runtime/sanitized.hpp"

namespace tfm::bench {
namespace {

constexpr std::size_t mib = 1 << 20;

/// Memory of a heap: blocks that are written and kept.
class Blocks {
 public:
  Blocks(std::size_t bytes, std::size_t each) {
    for (std::size_t made = 0; made < bytes; made += each) {
      blocks_.push_back(std::malloc(each));
      std::memset(blocks_.back(), 1, each);
    }
  }
  ~Blocks() {
    for (void* block : blocks_) std::free(block);
  }
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;

 private:
  std::vector<void*> blocks_;
};

void* map(std::size_t bytes, int more_flags = 0) {
  return ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | more_flags,
                -1, 0);
}

class HugePages : public ::testing::Test {
 protected:
  void SetUp() override {
    if (sanitized) GTEST_SKIP() << "a sanitizer has its own heap";
    if (!huge_pages_available()) GTEST_SKIP() << "this kernel gives no huge pages";
    use_base_pages();
    align_heap();
  }

  static double share() { return huge_page_share().value().share(); }
};

TEST_F(HugePages, ABaseProcessGetsNone) {
  const Blocks blocks(8 * mib, 1000);
  EXPECT_FALSE(huge_pages_available());
  EXPECT_EQ(share(), 0);
  EXPECT_GE(huge_page_share()->bytes, 8 * mib) << "all of it is counted";
}

TEST_F(HugePages, SmallBlocksLieOnThem) {
  const Blocks blocks(8000, 500);
  use_huge_pages(mib);
  EXPECT_GE(share(), 0.95);
  EXPECT_TRUE(huge_pages_available());
}

TEST_F(HugePages, BlocksOfAllSizesLieOnThem) {
  const Blocks small(3 * mib, 100);
  const Blocks large(20 * mib, 5 * mib + 123);
  use_huge_pages(mib);
  EXPECT_GE(share(), 0.95);
}

TEST_F(HugePages, MemoryThatCameLaterNeedsAnotherCall) {
  use_huge_pages(0);
  const Blocks blocks(32 * mib, 100);
  EXPECT_LT(share(), 0.5);
  use_huge_pages(0);
  EXPECT_GE(share(), 0.95);
}

TEST_F(HugePages, TheRoomIsUsedWithoutAnotherCall) {
  use_huge_pages(32 * mib);
  const Blocks blocks(24 * mib, 100);
  EXPECT_GE(share(), 0.95);
}

/// As an allocator maps its memory: one mapping below the other, none a whole number of huge pages.
void map_and_write(int flags) {
  for (int i = 0; i < 2; ++i) {
    const std::size_t bytes = 3 * mib + 4096;
    void* const memory = map(bytes, flags);
    ASSERT_NE(memory, MAP_FAILED);
    std::memset(memory, 1, bytes);
  }
}

TEST_F(HugePages, TheEdgesOfMappingsAreFilledUp) {
  map_and_write(0);
  use_huge_pages(0);
  EXPECT_GE(share(), 0.95);
}

TEST_F(HugePages, TheEdgesOfMappingsWithoutReserveAreFilledUp) {
  map_and_write(MAP_NORESERVE);
  use_huge_pages(0);
  EXPECT_GE(share(), 0.95);
}

TEST_F(HugePages, AThreadsHeapLiesOnThem) {
  std::thread([] {
    const Blocks blocks(100'000, 500);
    use_huge_pages(0);
    EXPECT_GE(share(), 0.95);
  }).join();
}

TEST_F(HugePages, WhatIsNotTouchedStaysSo) {
  ASSERT_NE(map(256 * mib), MAP_FAILED);
  const std::uint64_t before = huge_page_share()->bytes;
  use_huge_pages(0);
  EXPECT_LT(huge_page_share()->bytes, before + 16 * mib);
}

}  // namespace
}  // namespace tfm::bench
