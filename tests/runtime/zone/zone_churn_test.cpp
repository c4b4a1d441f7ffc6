// SPDX-License-Identifier: MIT
// A random churn, checked for what must be true in any zone.
#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

#include "runtime/zone/page_allocator.hpp"
#include "tests/runtime/zone/zone_support.hpp"

namespace tfm {
namespace {

constexpr Neighbour bursty{.resident_pages = 200,
                           .gap_packets = 100,
                           .burst_pages = 30,
                           .burst_objects = 30,
                           .hold_packets = 50};
constexpr Kswapd slow{.delay_packets = 20, .pages_per_packet = 1};

/// Checks at every step that refusals have a reason and that the pages match the blocks.
TEST(ZoneChurn, ItsUsageAddsUp) {
  constexpr std::uint32_t pages = 1000;
  const auto zone = make_zone({.pages = pages});
  const Watermarks marks = zone_watermarks(pages, 0);
  Churn churn(*zone, 42);
  ZoneUsage before = zone->usage();
  std::uint64_t atomic_refusals = 0, kernel_refusals = 0;
  for (int i = 0; i < 60000; ++i) {
    if (i % 500 == 0) {
      zone->shrink();
      before = zone->usage();
    }
    churn.step();
    const ZoneUsage now = zone->usage();
    ASSERT_EQ(now.free_pages + now.slab_pages + now.large_pages, pages);
    ASSERT_GE(now.free_pages, marks.atomic);
    ASSERT_EQ(now.blocks, churn.blocks());
    ASSERT_EQ(now.atomic.granted + now.kernel.granted, churn.granted());
    ASSERT_EQ(now.atomic.refused + now.kernel.refused, churn.refused());
    const bool asked = now.sequence_hash != before.sequence_hash;
    const std::uint32_t mark = churn.last.gfp == Gfp::atomic ? marks.atomic : marks.min;
    if (asked && !churn.last.granted) {
      ++(churn.last.gfp == Gfp::atomic ? atomic_refusals : kernel_refusals);
      ASSERT_EQ(now.free_pages, before.free_pages);
      // A slab of the smallest order was refused too. For up to 4096 bytes that is one page.
      if (churn.last.bytes <= 4096) {
        ASSERT_LE(now.free_pages, mark);
      }
    }
    if (asked && churn.last.granted && now.free_pages < before.free_pages) {
      ASSERT_GE(now.free_pages, mark);
    }
    before = now;
  }
  EXPECT_GT(atomic_refusals, 100u);
  EXPECT_GT(kernel_refusals, 100u);
  EXPECT_EQ(before.free_pages_lowest, marks.atomic);
  EXPECT_EQ(before.bytes, churn.bytes());

  churn.free_all();
  EXPECT_EQ(zone->usage().blocks, 0u);
  EXPECT_EQ(zone->usage().bytes, 0u);
  EXPECT_EQ(zone->usage().large_pages, 0u);
  zone->shrink();
  EXPECT_EQ(zone->usage().free_pages, pages);
  // And in one piece: 1000 = 512 + 256 + 128 + 64 + 32 + 8.
  void* half = zone->alloc(512 * page_bytes, Gfp::kernel);
  EXPECT_NE(half, nullptr);
  zone->free(half);
}

/// Never uses more than N pages at a time, counted by their addresses, whatever is asked for and
/// whatever else takes pages. Over its whole life it uses only these N pages.
TEST(ZoneChurn, NeverUsesMorePagesThanItHas) {
  for (const std::uint32_t pages : {300u, 1000u, 2061u}) {
    const auto zone = make_zone({.pages = pages, .neighbour = bursty, .kswapd = slow});
    Churn churn(*zone, pages);
    std::set<std::uintptr_t> ever;
    for (int i = 0; i < 30000; ++i) {
      churn.step();
      zone->tick();
      if (i % 50 != 0) continue;
      const std::set<std::uintptr_t> now = churn.pages();
      const ZoneUsage usage = zone->usage();
      ASSERT_LE(now.size(), usage.slab_pages + usage.large_pages);
      ASSERT_EQ(usage.free_pages + usage.slab_pages + usage.large_pages + usage.neighbour_pages,
                pages);
      ever.insert(now.begin(), now.end());
    }
    EXPECT_GT(churn.refused(), 0u);
    EXPECT_LE(ever.size(), pages);
    EXPECT_LT(*ever.rbegin() - *ever.begin(), pages);
    churn.free_all();
    EXPECT_EQ(zone->usage().blocks, 0u);
  }
}

TEST(ZoneChurn, SameSeedSameSequence) {
  const auto run = [](std::uint64_t seed) {
    const auto zone = make_zone({.pages = 700, .seed = seed, .neighbour = bursty, .kswapd = slow});
    Churn churn(*zone, 5);
    std::vector<Churn::Ask> asks;
    for (int i = 0; i < 20000; ++i) {
      churn.step();
      zone->tick();
      asks.push_back(churn.last);
    }
    churn.free_all();
    return std::pair(asks, zone->usage());
  };
  const auto [asks, usage] = run(1);
  const auto [again, usage_again] = run(1);
  EXPECT_EQ(asks, again);
  EXPECT_EQ(usage.sequence_hash, usage_again.sequence_hash);
  EXPECT_EQ(usage.free_pages, usage_again.free_pages);
  EXPECT_EQ(usage.neighbour_refused, usage_again.neighbour_refused);
  EXPECT_GT(usage.atomic.refused, 0u);
  const auto [other, usage_other] = run(2);
  EXPECT_NE(asks, other);
  EXPECT_NE(usage.sequence_hash, usage_other.sequence_hash);
}

/// What the hash covers: bytes, gfp and outcome, in order.
TEST(ZoneChurn, SequenceHashCoversEveryAllocation) {
  const auto hash = [](std::initializer_list<std::pair<std::size_t, Gfp>> asks,
                       std::uint32_t pages = 64) {
    const auto zone = make_zone({.pages = pages});
    std::vector<void*> blocks;
    for (const auto& [bytes, gfp] : asks) blocks.push_back(zone->alloc(bytes, gfp));
    for (void* block : blocks) zone->free(block);
    return zone->usage().sequence_hash;
  };
  const auto base = hash({{8, Gfp::atomic}, {16, Gfp::atomic}});
  EXPECT_EQ(base, hash({{8, Gfp::atomic}, {16, Gfp::atomic}}));
  EXPECT_NE(base, hash({{16, Gfp::atomic}, {8, Gfp::atomic}}));
  EXPECT_NE(base, hash({{8, Gfp::atomic}, {16, Gfp::kernel}}));
  EXPECT_NE(base, hash({{8, Gfp::atomic}, {17, Gfp::atomic}}));
  EXPECT_NE(base, hash({{8, Gfp::atomic}}));
  EXPECT_EQ(base, hash({{8, Gfp::atomic}, {16, Gfp::atomic}}, 256));
  // The smaller zone refuses this.
  EXPECT_NE(hash({{64 * page_bytes, Gfp::atomic}}), hash({{64 * page_bytes, Gfp::atomic}}, 256));
}

}  // namespace
}  // namespace tfm
