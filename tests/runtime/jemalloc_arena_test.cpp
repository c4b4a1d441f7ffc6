// SPDX-License-Identifier: MIT
// The arena with a budget: what it takes, that it never exceeds the budget, that all pages come
// back.
#include "runtime/allocators/jemalloc_arena.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "runtime/gfp.hpp"
#include "runtime/rng.hpp"
#include "runtime/zone/zone.hpp"

namespace tfm {
namespace {

std::unique_ptr<JemallocArena> arena_of(std::uint32_t pages) {
  return std::move(JemallocArena::create(pages).value());
}

/// Allocates and writes blocks of one size until one is refused.
std::vector<void*> fill(std::size_t bytes) {
  std::vector<void*> blocks;
  while (void* block = gfp_alloc(bytes, Gfp::atomic, Owner::socket)) {
    std::memset(block, 0xa5, bytes);
    blocks.push_back(block);
  }
  return blocks;
}

void free_all(const std::vector<void*>& blocks) {
  for (void* block : blocks) gfp_free(block);
}

TEST(JemallocArena, TakesNoPageBeforeABlockAndKeepsNoneAfter) {
  const auto arena = arena_of(64);
  EXPECT_EQ(arena->usage().mapped_pages, 0U);
  EXPECT_EQ(arena->usage().metadata_pages, 512U) << "the 2 MiB of an arena's own";
  for (const std::size_t bytes : {1UL, 16UL, 400UL, 4096UL, 14'336UL, 65'400UL, 200'000UL}) {
    SCOPED_TRACE(bytes);
    void* block = gfp_alloc(bytes, Gfp::kernel, Owner::shared);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(arena->usage().blocks, 1U);
    EXPECT_GE(arena->usage().mapped_pages * page_bytes, bytes);
    gfp_free(block);
    EXPECT_EQ(arena->usage().mapped_pages, 0U);
  }
  EXPECT_EQ(arena->usage().blocks, 0U);
  EXPECT_EQ(arena->usage().refused, 0U);
}

// The slabs and large blocks of jemalloc 5.3 (opt.cache_oblivious: one page more).
TEST(JemallocArena, TakesWhatItsSizeClassesSay) {
  const auto arena = arena_of(2048);
  struct {
    std::size_t bytes;
    unsigned blocks;
    std::uint32_t pages;
  } constexpr expected[] = {
      {16, 256, 1},    {16, 257, 2},      {256, 16, 1},
      {320, 64, 5},    {320, 65, 10},     {16'384, 1, 5},
      {65'400, 2, 34}, {2 << 20, 1, 513}, {(2 << 20) + 1, 1, 641},
  };
  for (const auto& [bytes, count, pages] : expected) {
    SCOPED_TRACE(bytes);
    std::vector<void*> blocks;
    for (unsigned i = 0; i < count; ++i) {
      blocks.push_back(gfp_alloc(bytes, Gfp::atomic, Owner::shared));
    }
    EXPECT_EQ(arena->usage().mapped_pages, pages);
    free_all(blocks);
  }
  EXPECT_EQ(arena->usage().mapped_pages_most, 641U);
}

TEST(JemallocArena, NeverTakesMoreThanItsBudget) {
  for (const std::uint32_t budget : {0U, 1U, 7U, 600U}) {
    for (const std::size_t bytes : {16UL, 384UL, 4096UL, 65'400UL, std::size_t{1} << 21}) {
      SCOPED_TRACE(testing::Message() << bytes << " bytes in " << budget << " pages");
      const auto arena = arena_of(budget);
      const auto blocks = fill(bytes);
      const JemallocArenaUsage full = arena->usage();
      EXPECT_LE(full.mapped_pages_most, budget);
      EXPECT_LE(blocks.size() * bytes, budget * page_bytes);
      EXPECT_EQ(full.refused, 1U);
      EXPECT_EQ(full.blocks, blocks.size());
      free_all(blocks);
      EXPECT_EQ(arena->usage().mapped_pages, 0U);
      EXPECT_EQ(fill(bytes).size(), blocks.size()) << "a refusal costs nothing for good";
    }  // the arena frees what is left
  }
}

TEST(JemallocArena, IsPrivate) {
  void* before = gfp_alloc(100, Gfp::kernel, Owner::shared);
  {
    const auto arena = arena_of(16);
    EXPECT_FALSE(JemallocArena::create(8));
    gfp_free(before);  // goes back to its own allocator
    EXPECT_EQ(arena->usage().blocks, 0U);
    void* grown = gfp_realloc(nullptr, 100, Gfp::kernel, Owner::shared);
    std::memset(grown, 7, 100);
    EXPECT_EQ(gfp_realloc(grown, 40'000, Gfp::kernel, Owner::shared), nullptr);
    EXPECT_EQ(arena->usage().refused, 1U);
    grown = gfp_realloc(grown, 5000, Gfp::kernel, Owner::shared);
    ASSERT_NE(grown, nullptr);
    EXPECT_EQ(static_cast<char*>(grown)[99], 7);
    EXPECT_EQ(arena->usage().blocks, 1U);
    gfp_free(grown);
    const auto blocks = fill(4096);
    void* beside = std::malloc(100'000);  // glibc's, without a budget
    EXPECT_NE(beside, nullptr);
    std::free(beside);
    free_all(blocks);
  }
  void* after = gfp_alloc(1 << 20, Gfp::kernel, Owner::shared);
  EXPECT_NE(after, nullptr);
  gfp_free(after);
}

TEST(JemallocArena, ServesThreads) {
  const auto arena = arena_of(256);
  const auto churn = [](std::uint64_t seed) {
    Rng rng(seed);
    std::vector<void*> blocks(64);
    for (unsigned i = 0; i < 2000; ++i) {
      void*& block = blocks[rng.below(64)];
      gfp_free(block);
      block = gfp_alloc(1 + rng.below(20'000), Gfp::atomic, Owner::request);
    }
    free_all(blocks);
  };
  std::thread other(churn, 1);
  churn(2);
  other.join();
  EXPECT_EQ(arena->usage().blocks, 0U);
  EXPECT_EQ(arena->usage().mapped_pages, 0U);
  EXPECT_GT(arena->usage().refused, 0U) << "or there was room for all";
  EXPECT_LE(arena->usage().mapped_pages_most, 256U);
}

}  // namespace
}  // namespace tfm
