// SPDX-License-Identifier: MIT
// A zone behind gfp. Tests link the counted gfp, so the ledger sees the zone's blocks.
#include <gtest/gtest.h>

#include <cstring>

#include "runtime/accounting.hpp"
#include "tests/runtime/zone/zone_support.hpp"

namespace tfm {
namespace {

TEST(GfpZone, DrawsOnTheZoneAndGivesBack) {
  const auto zone = make_zone({.pages = 256});
  void* before = gfp_alloc(100, Gfp::kernel, Owner::socket);
  EXPECT_FALSE(zone->contains(before));

  gfp_use_zone(zone.get());
  void* inside = gfp_alloc(100, Gfp::atomic, Owner::request);
  EXPECT_TRUE(zone->contains(inside));
  EXPECT_EQ(zone->usage().atomic.granted, 1u);
  EXPECT_EQ(zone->usage().bytes, 128u);
  gfp_free(before);  // goes to its own allocator; the zone would abort
  EXPECT_EQ(zone->usage().blocks, 1u);

  gfp_use_zone(nullptr);
  void* after = gfp_alloc(100, Gfp::kernel, Owner::socket);
  EXPECT_FALSE(zone->contains(after));
  gfp_free(inside);
  EXPECT_EQ(zone->usage().blocks, 0u);
  gfp_free(after);
  gfp_free(nullptr);
}

TEST(GfpZone, TheLedgerCountsItsBlocks) {
  Accounting& accounting = *gfp_accounting();
  const auto zone = make_zone({.pages = 256});
  gfp_use_zone(zone.get());
  const Ledger before = accounting.ledger();
  void* small = gfp_alloc(100, Gfp::atomic, Owner::request);
  void* large = gfp_alloc(9000, Gfp::kernel, Owner::scratch);
  const Ledger during = accounting.ledger() - before;
  EXPECT_EQ(during.of(Owner::request), (Account{100, 128, 1}));
  EXPECT_EQ(during.of(Owner::scratch), (Account{9000, 16384, 1}));
  const AllocatorStatistics statistics = gfp_allocator_statistics();
  EXPECT_EQ(statistics.live_bytes, 128u + 16384);
  EXPECT_EQ(statistics.resident_bytes, (1 + 4) * page_bytes);
  gfp_free(small);
  gfp_free(large);
  EXPECT_EQ(accounting.ledger(), before);
}

TEST(GfpZone, RefusalsAreGfps) {
  Accounting& accounting = *gfp_accounting();
  const auto zone = make_zone({.pages = 64});
  gfp_use_zone(zone.get());
  const AllocationCounts before = accounting.counts();
  EXPECT_EQ(gfp_alloc(64 * page_bytes, Gfp::atomic, Owner::request), nullptr);
  EXPECT_EQ(gfp_alloc(64 * page_bytes, Gfp::kernel, Owner::socket), nullptr);
  EXPECT_EQ(accounting.counts().atomic_refused - before.atomic_refused, 1u);
  EXPECT_EQ(accounting.counts().kernel_refused - before.kernel_refused, 1u);
  EXPECT_EQ(zone->usage().atomic.refused, 1u);
  EXPECT_EQ(zone->usage().kernel.refused, 1u);
}

TEST(GfpZone, GrowsWhereTheBlockIs) {
  const auto zone = make_zone({.pages = 256});
  auto* outside = static_cast<char*>(gfp_alloc(8, Gfp::kernel, Owner::socket));
  std::memcpy(outside, "outside", 8);
  gfp_use_zone(zone.get());
  auto* inside = static_cast<char*>(gfp_realloc(nullptr, 100, Gfp::kernel, Owner::socket));
  std::memcpy(inside, "inside", 7);
  ASSERT_TRUE(zone->contains(inside));

  EXPECT_EQ(gfp_realloc(inside, 128, Gfp::kernel, Owner::socket), inside);  // it has room
  auto* grown = static_cast<char*>(gfp_realloc(inside, 129, Gfp::kernel, Owner::socket));
  EXPECT_NE(grown, inside);
  EXPECT_STREQ(grown, "inside");
  EXPECT_EQ(zone->footprint(grown), 192u);
  EXPECT_EQ(zone->usage().blocks, 1u);
  // Refused: the old block is unchanged.
  EXPECT_EQ(gfp_realloc(grown, zone_max_bytes, Gfp::atomic, Owner::socket), nullptr);
  EXPECT_STREQ(grown, "inside");

  outside = static_cast<char*>(gfp_realloc(outside, 10000, Gfp::kernel, Owner::socket));
  EXPECT_STREQ(outside, "outside");
  EXPECT_FALSE(zone->contains(outside));
  gfp_free(outside);
  gfp_free(grown);
}

TEST(GfpZone, EndsWithTheZone) {
  {
    const auto zone = make_zone({.pages = 256});
    gfp_use_zone(zone.get());
    gfp_free(gfp_alloc(100, Gfp::kernel, Owner::socket));
  }
  void* block = gfp_alloc(100, Gfp::kernel, Owner::socket);
  ASSERT_NE(block, nullptr);
  std::memset(block, 1, 100);
  gfp_free(block);
}

TEST(GfpZone, AnotherZoneTakesOver) {
  const auto one = make_zone({.pages = 256});
  const auto two = make_zone({.pages = 256});
  gfp_use_zone(one.get());
  gfp_free(gfp_alloc(100, Gfp::kernel, Owner::socket));
  gfp_use_zone(two.get());
  void* block = gfp_alloc(100, Gfp::kernel, Owner::socket);
  EXPECT_TRUE(two->contains(block));
  EXPECT_DEATH(gfp_use_zone(one.get()), "zone: gfp is given another zone while 1 blocks");
  gfp_free(block);
}

}  // namespace
}  // namespace tfm
