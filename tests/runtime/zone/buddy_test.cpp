// SPDX-License-Identifier: MIT
#include "runtime/zone/buddy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/rng.hpp"

namespace tfm {
namespace {

class BuddyTest : public testing::Test {
 protected:
  /// The index of the page that take() returns, marked as in use; -1 if refused.
  static int take(Buddy& buddy, std::vector<Page>& frames, unsigned order) {
    Page* page = buddy.take(order);
    if (page == nullptr) return -1;
    page->use = PageUse::large;
    return static_cast<int>(page - frames.data());
  }
};

TEST_F(BuddyTest, SplitsTheSmallestAndTheLowest) {
  std::vector<Page> frames(16);
  Buddy buddy(frames);
  EXPECT_EQ(buddy.free_pages(), 16u);
  EXPECT_EQ(take(buddy, frames, 0), 0);  // 16 → 8, 4, 2, 1 stay free
  EXPECT_EQ(take(buddy, frames, 2), 4);  // the 4
  EXPECT_EQ(take(buddy, frames, 0), 1);  // the 1
  EXPECT_EQ(take(buddy, frames, 0), 2);  // half of the 2
  EXPECT_EQ(take(buddy, frames, 3), 8);
  EXPECT_EQ(buddy.free_pages(), 1u);
  EXPECT_TRUE(buddy.offers(0));
  EXPECT_FALSE(buddy.offers(1));
  EXPECT_EQ(take(buddy, frames, 1), -1);
}

TEST_F(BuddyTest, MergesOnlyWithItsBuddy) {
  std::vector<Page> frames(4);
  Buddy buddy(frames);
  for (int i = 0; i < 4; ++i) ASSERT_EQ(take(buddy, frames, 0), i);
  buddy.put(&frames[1]);
  buddy.put(&frames[2]);
  EXPECT_FALSE(buddy.offers(1));  // neighbours, not buddies
  buddy.put(&frames[0]);
  EXPECT_TRUE(buddy.offers(1));
  EXPECT_FALSE(buddy.offers(2));
  buddy.put(&frames[3]);
  EXPECT_TRUE(buddy.offers(2));
  EXPECT_EQ(take(buddy, frames, 2), 0);
}

TEST_F(BuddyTest, AnyNumberOfPages) {
  // 1024 + 1024 + 8 + 4 + 1. The last page's buddy is outside the zone, so the two never merge.
  std::vector<Page> frames(2062);
  frames[2061].use = PageUse::free;
  Buddy buddy({frames.data(), 2061});
  EXPECT_EQ(buddy.free_pages(), 2061u);
  EXPECT_EQ(take(buddy, frames, 0), 2060);
  EXPECT_EQ(take(buddy, frames, 2), 2056);
  EXPECT_EQ(take(buddy, frames, 10), 0);
  EXPECT_EQ(take(buddy, frames, 10), 1024);
  EXPECT_EQ(take(buddy, frames, 10), -1);
  for (const int page : {1024, 2056, 0, 2060}) buddy.put(&frames[static_cast<std::size_t>(page)]);
  EXPECT_EQ(buddy.free_pages(), 2061u);
  EXPECT_EQ(frames[2061].use, PageUse::free);
  EXPECT_EQ(take(buddy, frames, 3), 2048);
}

TEST_F(BuddyTest, TailsKnowTheirHead) {
  std::vector<Page> frames(8);
  Buddy buddy(frames);
  take(buddy, frames, 0);
  const int first = take(buddy, frames, 2);
  for (int i = first; i < first + 4; ++i) {
    EXPECT_EQ(frames[static_cast<std::size_t>(i)].head, &frames[static_cast<std::size_t>(first)]);
  }
}

/// Blocks never overlap, are aligned to their size, and all merge again in the end.
TEST_F(BuddyTest, ChurnAgainstAMap) {
  constexpr std::size_t pages = 1500;
  std::vector<Page> frames(pages);
  Buddy buddy(frames);
  std::vector<char> taken(pages, 0);
  std::vector<int> blocks;
  std::uint32_t free_pages = pages;
  Rng rng(7);
  for (int step = 0; step < 20000; ++step) {
    if (rng.below(100) < 55) {
      const unsigned order = rng.below(100) < 70 ? 0 : rng.below(6);
      const int first = take(buddy, frames, order);
      if (first < 0) continue;
      ASSERT_EQ(first % (1 << order), 0);
      for (int i = first; i < first + (1 << order); ++i) {
        ASSERT_EQ(std::exchange(taken[static_cast<std::size_t>(i)], 1), 0);
      }
      blocks.push_back(first);
      free_pages -= 1u << order;
    } else if (!blocks.empty()) {
      std::swap(blocks[rng.below(static_cast<std::uint32_t>(blocks.size()))], blocks.back());
      Page& page = frames[static_cast<std::size_t>(blocks.back())];
      const auto first = taken.begin() + blocks.back();
      std::fill(first, first + (1 << page.order), 0);
      free_pages += 1u << page.order;
      buddy.put(&page);
      blocks.pop_back();
    }
    ASSERT_EQ(buddy.free_pages(), free_pages);
  }
  for (const int block : blocks) buddy.put(&frames[static_cast<std::size_t>(block)]);
  EXPECT_EQ(buddy.free_pages(), pages);
  EXPECT_EQ(take(buddy, frames, 10), 0);  // 1500 = 1024 + 256 + 128 + 64 + 16 + 8 + 4
  EXPECT_EQ(take(buddy, frames, 8), 1024);
  EXPECT_EQ(take(buddy, frames, 7), 1280);
}

}  // namespace
}  // namespace tfm
