// SPDX-License-Identifier: MIT
// Watermarks, kswapd and direct reclaim, exact to the page. All numbers are computed by hand, for a
// zone of 1024 pages: min 64, low 80, high 96, atomic 24.
#include "runtime/zone/page_allocator.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tfm {
namespace {

constexpr auto large = PageUse::large;

struct Memory {
  explicit Memory(const Kswapd& kswapd = {})
      : frames(1024), pages(frames, zone_watermarks(1024, 0), kswapd) {}

  /// Takes single pages until only so many are free.
  void leave_free(std::uint32_t free) {
    while (pages.free_pages() > free) {
      taken.push_back(pages.alloc(0, Gfp::atomic, large));
      ASSERT_NE(taken.back(), nullptr);
    }
  }
  bool grants(unsigned order, Gfp gfp, Effort effort = Effort::full) {
    return pages.alloc(order, gfp, large, effort) != nullptr;
  }

  std::vector<Page> frames;
  PageAllocator pages;
  std::vector<Page*> taken;
};

void expect_marks(const Watermarks& marks, std::uint32_t min, std::uint32_t low, std::uint32_t high,
                  std::uint32_t atomic) {
  EXPECT_EQ(marks.min, min);
  EXPECT_EQ(marks.low, low);
  EXPECT_EQ(marks.high, high);
  EXPECT_EQ(marks.atomic, atomic);
}

TEST(Watermarks, KernelsFormula) {
  expect_marks(zone_watermarks(1024, 0), 64, 80, 96, 24);  // √(4096·16) = 256 KiB
  expect_marks(zone_watermarks(1000, 0), 63, 78, 93, 24);  // √64000 = 252 KiB; 63−31, −8
  expect_marks(zone_watermarks(100, 0), 32, 40, 48, 12);   // at least 128 KiB
  expect_marks(zone_watermarks(1 << 20, 0), 2048, 2560, 3072, 768);  // 4 GiB: 8 MiB
  expect_marks(zone_watermarks(1024, 7), 7, 8, 9, 3);                // as given: 7−3, −1
}

TEST(PageAllocator, AtomicGoesDownToThreeEighthsOfMin) {
  Memory memory;
  memory.leave_free(25);
  EXPECT_TRUE(memory.grants(0, Gfp::atomic));
  EXPECT_EQ(memory.pages.free_pages(), 24u);
  EXPECT_FALSE(memory.grants(0, Gfp::atomic));
  memory.pages.free(memory.taken.back());
  EXPECT_TRUE(memory.grants(0, Gfp::atomic));
  EXPECT_EQ(memory.pages.free_pages_lowest(), 24u);
}

TEST(PageAllocator, KernelStopsAtMin) {
  Memory memory;
  memory.leave_free(65);
  EXPECT_TRUE(memory.grants(0, Gfp::kernel));
  EXPECT_EQ(memory.pages.free_pages(), 64u);
  EXPECT_FALSE(memory.grants(0, Gfp::kernel));
  EXPECT_TRUE(memory.grants(0, Gfp::atomic));
}

TEST(PageAllocator, HighOrderKeepsTheMark) {
  Memory memory;
  memory.leave_free(32);
  // 32 free pages less the block's other 7 pages are 25, more than 24. The topmost pages are the
  // free ones.
  EXPECT_TRUE(memory.grants(3, Gfp::atomic));
  EXPECT_EQ(memory.pages.free_pages(), 24u);
  EXPECT_FALSE(memory.grants(0, Gfp::atomic));

  Memory one_less;
  one_less.leave_free(31);
  EXPECT_FALSE(one_less.grants(3, Gfp::atomic));
  EXPECT_TRUE(one_less.grants(2, Gfp::atomic));
  EXPECT_EQ(one_less.pages.free_pages(), 27u);
}

TEST(PageAllocator, FreeButInPieces) {
  Memory memory;
  memory.leave_free(24);
  for (std::size_t i = 0; i < memory.taken.size(); i += 2) memory.pages.free(memory.taken[i]);
  EXPECT_EQ(memory.pages.free_pages(), 524u);
  EXPECT_TRUE(memory.grants(3, Gfp::atomic));  // from the 24 that were left, which are in one piece
  EXPECT_TRUE(memory.grants(3, Gfp::atomic));
  EXPECT_TRUE(memory.grants(3, Gfp::atomic));
  EXPECT_FALSE(memory.grants(1, Gfp::atomic));
  EXPECT_EQ(memory.pages.kswapd_wakeups(), 1u);  // by leave_free(), not by the last refusal
  memory.pages.free(memory.taken[1]);
  EXPECT_TRUE(memory.grants(1, Gfp::atomic));
}

TEST(PageAllocator, LowWakesKswapd) {
  Memory memory;
  memory.leave_free(80);
  EXPECT_EQ(memory.pages.kswapd_wakeups(), 0u);  // the last allocation found 81 free
  EXPECT_FALSE(memory.grants(10, Gfp::kernel, Effort::opportunistic));
  EXPECT_TRUE(memory.grants(0, Gfp::kernel, Effort::opportunistic));
  EXPECT_EQ(memory.pages.kswapd_wakeups(), 0u);
  EXPECT_TRUE(memory.grants(0, Gfp::kernel));
  EXPECT_EQ(memory.pages.kswapd_wakeups(), 1u);
}

TEST(PageAllocator, PiecesDoNotWakeKswapd) {
  Memory memory;
  ASSERT_TRUE(memory.grants(0, Gfp::atomic));
  EXPECT_FALSE(memory.grants(10, Gfp::atomic));  // 1023 are free, but not 1024 in one piece
  EXPECT_EQ(memory.pages.kswapd_wakeups(), 0u);
}

TEST(PageAllocator, KswapdTakesTheOldestFirst) {
  Memory memory;
  ASSERT_TRUE(memory.pages.lend(Gfp::atomic));
  ASSERT_TRUE(memory.pages.lend(Gfp::atomic));
  memory.leave_free(79);
  memory.pages.tick();
  EXPECT_EQ(memory.frames[0].use, PageUse::free);
  EXPECT_EQ(memory.frames[1].use, PageUse::neighbour);
}

TEST(PageAllocator, OpportunisticStopsAtMinAndReclaimsNothing) {
  Memory memory;
  ASSERT_TRUE(memory.pages.lend(Gfp::kernel));
  memory.leave_free(64);
  EXPECT_FALSE(memory.grants(0, Gfp::kernel, Effort::opportunistic));
  EXPECT_EQ(memory.pages.pages(PageUse::neighbour), 1u);
  // For GFP_ATOMIC it makes no difference.
  EXPECT_TRUE(memory.grants(0, Gfp::atomic, Effort::opportunistic));
}

/// From 96 free pages a burst gets 72. kswapd, woken at 80, lets three packets pass, then gives two
/// pages a packet, and stops at 97.
TEST(PageAllocator, BurstAndRecovery) {
  Memory memory({.delay_packets = 3, .pages_per_packet = 2});
  memory.pages.fill(UINT32_MAX);
  EXPECT_EQ(memory.pages.free_pages(), 96u);
  EXPECT_EQ(memory.pages.kswapd_wakeups(), 0u);
  int granted = 0;
  while (memory.pages.lend(Gfp::atomic)) ++granted;
  EXPECT_EQ(granted, 72);
  EXPECT_EQ(memory.pages.pages(PageUse::neighbour), 1000u);
  EXPECT_EQ(memory.pages.kswapd_wakeups(), 1u);

  for (int packet = 0; packet < 3; ++packet) {
    memory.pages.tick();
    EXPECT_EQ(memory.pages.free_pages(), 24u);
    EXPECT_FALSE(memory.grants(0, Gfp::atomic));
  }
  for (std::uint32_t packet = 1; packet <= 36; ++packet) {
    memory.pages.tick();
    EXPECT_EQ(memory.pages.free_pages(), 24 + 2 * packet);
  }
  for (int packet = 0; packet < 10; ++packet) {
    memory.pages.tick();
    EXPECT_EQ(memory.pages.free_pages(), 97u);
  }
  EXPECT_EQ(memory.pages.kswapd_wakeups(), 1u);
}

TEST(PageAllocator, KswapdSleepsWhenThereIsNothingToTake) {
  Memory memory;
  memory.leave_free(80);
  ASSERT_TRUE(memory.grants(0, Gfp::atomic));
  memory.pages.tick();
  EXPECT_EQ(memory.pages.free_pages(), 79u);
  ASSERT_TRUE(memory.grants(0, Gfp::atomic));
  EXPECT_EQ(memory.pages.kswapd_wakeups(), 2u);
}

TEST(PageAllocator, DirectReclaimTakesTheOldest32) {
  Memory memory;
  memory.pages.fill(100);
  memory.leave_free(64);
  EXPECT_TRUE(memory.grants(0, Gfp::kernel));
  EXPECT_EQ(memory.pages.direct_reclaims(), 1u);
  EXPECT_EQ(memory.pages.pages(PageUse::neighbour), 68u);
  EXPECT_EQ(memory.pages.free_pages(), 64u + 32 - 1);
  // The neighbour's first 32 pages were the first pages of the zone, so they contain a block of 16.
  EXPECT_EQ(memory.frames[0].use, large);
  EXPECT_TRUE(memory.grants(4, Gfp::kernel));
  EXPECT_EQ(memory.pages.direct_reclaims(), 1u);
  EXPECT_EQ(memory.frames[16].use, large);
}

TEST(PageAllocator, DirectReclaimEndsWithTheNeighboursLastPage) {
  Memory memory;
  memory.pages.fill(40);
  memory.leave_free(30);
  EXPECT_TRUE(memory.grants(0, Gfp::kernel));  // 32 reclaimed: 62, not above 64; 8 more: 70
  EXPECT_EQ(memory.pages.pages(PageUse::neighbour), 0u);
  EXPECT_EQ(memory.pages.free_pages(), 69u);
  EXPECT_FALSE(memory.grants(3, Gfp::kernel));  // 69 − 7 = 62
  EXPECT_EQ(memory.pages.free_pages(), 69u);
}

}  // namespace
}  // namespace tfm
