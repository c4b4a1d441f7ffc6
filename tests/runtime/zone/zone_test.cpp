// SPDX-License-Identifier: MIT
#include "runtime/zone/zone.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "tests/runtime/zone/zone_support.hpp"

namespace tfm {
namespace {

TEST(Zone, RefusesOptionsThatMakeNoSense) {
  const auto refused = [](const ZoneOptions& options) {
    const auto zone = Zone::create(options);
    return !zone && zone.error() == Errno::einval;
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({.pages = 48}));  // the high watermark is 48
  EXPECT_FALSE(refused({.pages = 49}));
  EXPECT_TRUE(refused({.pages = 1024, .cpus = 0}));
  EXPECT_TRUE(refused({.pages = 1024, .min_pages = 700}));
  EXPECT_TRUE(refused({.pages = 1024, .kswapd = {.pages_per_packet = 0}}));
  EXPECT_TRUE(refused({.pages = 1024, .neighbour = {.burst_pages = UINT32_MAX}}));
}

TEST(Zone, RoundsAndAligns) {
  const auto zone = make_zone({.pages = 4096});
  struct {
    std::size_t bytes, footprint;
  } const cases[] = {{0, 8},        {8, 8},         {9, 16},
                     {90, 96},      {400, 512},     {8192, 8192},
                     {8193, 16384}, {65400, 65536}, {zone_max_bytes - 1, zone_max_bytes}};
  for (const auto& [bytes, footprint] : cases) {
    SCOPED_TRACE(bytes);
    void* block = zone->alloc(bytes, Gfp::kernel);
    ASSERT_NE(block, nullptr);
    EXPECT_EQ(zone->footprint(block), footprint);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % (bytes > 8 ? 16 : 8), 0u);
    EXPECT_EQ(zone->usage().bytes, footprint);
    EXPECT_EQ(zone->usage().blocks, 1u);
    EXPECT_EQ(zone->usage().large_pages, bytes > 8192 ? footprint / page_bytes : 0);
    std::memset(block, 0xa5, footprint);
    zone->free(block);
  }
  EXPECT_EQ(zone->alloc(zone_max_bytes + 1, Gfp::kernel), nullptr);
  EXPECT_EQ(zone->alloc(SIZE_MAX, Gfp::kernel), nullptr);
  zone->free(nullptr);
  EXPECT_EQ(zone->usage().kernel.granted, 9u);
  EXPECT_EQ(zone->usage().kernel.refused, 2u);
  EXPECT_EQ(zone->usage().atomic.granted, 0u);
}

TEST(Zone, ContainsItsOwnAddressesOnly) {
  const auto zone = make_zone({.pages = 64});
  auto* block = static_cast<std::byte*>(zone->alloc(page_bytes * 2, Gfp::kernel));
  int elsewhere = 0;
  EXPECT_TRUE(zone->contains(block));
  EXPECT_TRUE(zone->contains(block + 64 * page_bytes - 1));  // the block is the first of the zone
  EXPECT_FALSE(zone->contains(block + 64 * page_bytes));
  EXPECT_FALSE(zone->contains(block - 1));
  EXPECT_FALSE(zone->contains(&elsewhere));
  EXPECT_FALSE(zone->contains(nullptr));
  zone->free(block);
}

/// Computed by hand: 1024 pages, atomic mark 24. kmalloc-4k on one CPU prefers 8 pages. 125 slabs
/// leave 24 pages: the last of them found 32 free, and 32 − 7 is above 24. After that not even a
/// slab of one page is granted.
TEST(Zone, AtomicUntilTheReserveIsGone) {
  const auto zone = make_zone({.pages = 1024});
  std::vector<void*> blocks;
  while (void* block = zone->alloc(4096, Gfp::atomic)) blocks.push_back(block);
  EXPECT_EQ(blocks.size(), 1000u);
  const ZoneUsage usage = zone->usage();
  EXPECT_EQ(usage.free_pages, 24u);
  EXPECT_EQ(usage.free_pages_lowest, 24u);
  EXPECT_EQ(usage.slab_pages, 1000u);
  EXPECT_EQ(usage.atomic.granted, 1000u);
  EXPECT_EQ(usage.atomic.refused, 1u);
  EXPECT_EQ(usage.kswapd_wakeups, 1u);
  for (void* block : blocks) zone->free(block);
  zone->shrink();
  EXPECT_EQ(zone->usage().free_pages, 1024u);
  EXPECT_EQ(zone->usage().free_pages_lowest, 24u);
}

/// GFP_KERNEL stops at min, 64: 120 slabs of 8 pages. The rest is the reserve of GFP_ATOMIC.
TEST(Zone, KernelLeavesTheReserveToAtomic) {
  const auto zone = make_zone({.pages = 1024});
  std::vector<void*> blocks;
  while (void* block = zone->alloc(4096, Gfp::kernel)) blocks.push_back(block);
  EXPECT_EQ(blocks.size(), 960u);
  EXPECT_EQ(zone->usage().free_pages, 64u);
  void* block = zone->alloc(4096, Gfp::atomic);
  ASSERT_NE(block, nullptr);
  blocks.push_back(block);
  for (void* b : blocks) zone->free(b);
}

TEST(Zone, SlowPathReclaimsFromTheNeighbour) {
  const auto zone = make_zone({.pages = 1024, .neighbour = {.resident_pages = UINT32_MAX}});
  EXPECT_EQ(zone->usage().neighbour_pages, 928u);
  EXPECT_EQ(zone->usage().free_pages, 96u);
  std::vector<void*> blocks;
  while (void* block = zone->alloc(65536, Gfp::kernel)) blocks.push_back(block);
  EXPECT_EQ(blocks.size(), 60u);  // 16 pages each; 64 pages are left, the min watermark
  EXPECT_EQ(zone->usage().neighbour_pages, 0u);
  EXPECT_EQ(zone->usage().large_pages, 60 * 16u);
  for (void* block : blocks) zone->free(block);
  EXPECT_EQ(zone->usage().free_pages, 1024u);
}

TEST(Zone, KswapdWorksInVirtualTime) {
  const auto zone = make_zone({.pages = 1024,
                               .neighbour = {.resident_pages = UINT32_MAX},
                               .kswapd = {.delay_packets = 3, .pages_per_packet = 2}});
  std::vector<void*> blocks;
  while (void* block = zone->alloc(4096, Gfp::atomic)) blocks.push_back(block);
  EXPECT_EQ(zone->usage().free_pages, 24u);
  for (int packet = 0; packet < 3; ++packet) zone->tick();
  EXPECT_EQ(zone->alloc(4096, Gfp::atomic), nullptr);
  zone->tick();
  EXPECT_EQ(zone->usage().neighbour_pages, 926u);
  blocks.push_back(zone->alloc(4096, Gfp::atomic));
  EXPECT_NE(blocks.back(), nullptr);
  for (void* block : blocks) zone->free(block);
}

// NOLINTBEGIN(clang-analyzer-unix.Malloc): the analyzer takes Zone::free() for free(3).
TEST(ZoneDeathTest, AbortsOnABadFree) {
  const auto zone = make_zone({.pages = 256});
  auto* object = static_cast<std::byte*>(zone->alloc(100, Gfp::kernel));
  auto* large = static_cast<std::byte*>(zone->alloc(10000, Gfp::kernel));
  int elsewhere = 0;
  EXPECT_DEATH(zone->free(&elsewhere), "zone: free of .*, which lies outside the zone");
  EXPECT_DEATH(zone->free(object + 8), "zone: free of .*, which is not a live object");
  EXPECT_DEATH(zone->free(large + page_bytes), "zone: free of .*, inside a block");
  EXPECT_DEATH(zone->free(large + 4 * page_bytes), "zone: free of .*, which is not allocated");
  zone->free(object);
  zone->free(large);
  // A page that was part of a larger block. That block began where this one begins.
  void* four = zone->alloc(4 * page_bytes, Gfp::kernel);
  zone->free(zone->alloc(8 * page_bytes, Gfp::kernel));
  void* again = zone->alloc(4 * page_bytes, Gfp::kernel);
  EXPECT_DEATH(zone->free(static_cast<std::byte*>(again) + 5 * page_bytes), "is not allocated");
  zone->free(again);
  zone->free(four);
  EXPECT_DEATH(zone->free(object), "zone: free of .*, which is not a live object");
  EXPECT_DEATH(zone->free(large), "zone: free of .*, which is not allocated");
  EXPECT_DEATH(zone->footprint(large), "zone: footprint of .*, which is not allocated");
  EXPECT_DEATH(
      {
        zone_cpu = 1;
        zone->free(zone->alloc(1, Gfp::kernel));
      },
      "zone: CPU 1 of 1");
}
// NOLINTEND(clang-analyzer-unix.Malloc)

TEST(ZoneDeathTest, AbortsWhenItEndsWithBlocks) {
  EXPECT_DEATH(
      {
        auto zone = make_zone({.pages = 256});
        EXPECT_NE(zone->alloc(100, Gfp::kernel), nullptr);
        zone.reset();
      },
      "zone: destroyed with 1 blocks of 128 bytes still allocated");
}

/// Two CPUs allocate, fill, check and free while time passes.
TEST(Zone, TwoThreads) {
  const auto zone = make_zone({.pages = 512,
                               .cpus = 2,
                               .neighbour = {.resident_pages = UINT32_MAX,
                                             .gap_packets = 50,
                                             .burst_pages = 40,
                                             .burst_objects = 20,
                                             .hold_packets = 20},
                               .kswapd = busy_kswapd});
  const auto run = [&](unsigned cpu) {
    zone_cpu = cpu;
    Churn churn(*zone, 100 + cpu);
    for (int i = 0; i < 20000; ++i) {
      churn.step();
      zone->tick();
    }
    EXPECT_GT(churn.granted(), 1000u);
    EXPECT_GT(churn.refused(), 0u);
    churn.free_all();
  };
  std::thread other(run, 1u);
  std::thread one(run, 0u);
  one.join();
  other.join();
  const ZoneUsage usage = zone->usage();
  EXPECT_EQ(usage.blocks, 0u);
  EXPECT_EQ(usage.bytes, 0u);
  EXPECT_EQ(usage.free_pages + usage.slab_pages + usage.large_pages + usage.neighbour_pages, 512u);
}

}  // namespace
}  // namespace tfm
