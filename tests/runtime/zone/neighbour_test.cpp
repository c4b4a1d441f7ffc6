// SPDX-License-Identifier: MIT
// The neighbour's effect on a zone. If there is room for all, its bursts follow from the options
// alone, whatever else is allocated.
#include <gtest/gtest.h>

#include "tests/runtime/zone/zone_support.hpp"

namespace tfm {
namespace {

constexpr ZoneOptions roomy{
    .pages = 100000,
    .neighbour = {.gap_packets = 10, .burst_pages = 2, .burst_objects = 20, .hold_packets = 200}};

TEST(Neighbour, NoneByDefault) {
  const auto zone = make_zone({.pages = 256});
  for (int i = 0; i < 1000; ++i) zone->tick();
  EXPECT_EQ(zone->usage().free_pages, 256u);
  EXPECT_EQ(zone->usage().neighbour_refused, 0u);
}

TEST(Neighbour, ResidentPagesUpToTheHighMark) {
  EXPECT_EQ(make_zone({.pages = 1024, .neighbour = {.resident_pages = 10}})->usage().free_pages,
            1014u);
  EXPECT_EQ(make_zone({.pages = 1024, .neighbour = {.resident_pages = 1000}})->usage().free_pages,
            96u);
}

/// 40,000 packets bring 4,000 bursts on average, with 2 pages each that are never reclaimed: 8,000
/// pages. The standard deviation of the sum is 200.
TEST(Neighbour, BurstsHaveTheirMeans) {
  const auto zone = make_zone(roomy);
  std::uint64_t objects = 0;
  for (int i = 0; i < 40000; ++i) {
    zone->tick();
    objects += zone->usage().neighbour_objects;
  }
  const ZoneUsage usage = zone->usage();
  EXPECT_EQ(usage.neighbour_refused, 0u);
  EXPECT_NEAR(usage.neighbour_pages, 8000, 600);
  // Little's law: 20 objects each 10 packets, held for 200, are 400 on average.
  EXPECT_NEAR(static_cast<double>(objects) / 40000, 400, 40);
  EXPECT_GT(usage.slab_pages, 0u);
  EXPECT_EQ(usage.blocks, 0u);  // the test allocates none
}

TEST(Neighbour, ObjectsAreHeldForTheirTime) {
  ZoneOptions options = roomy;
  options.neighbour.hold_packets = 7;
  const auto zone = make_zone(options);
  std::vector<std::uint32_t> came(8, 0);  // objects per packet, for the last packets
  std::uint32_t live = 0;
  int bursts = 0;
  for (std::size_t i = 0; i < 3000; ++i) {
    zone->tick();
    const std::uint32_t now = zone->usage().neighbour_objects;
    live -= came[(i + 1) % 8];  // seven packets ago
    ASSERT_GE(now, live);
    came[i % 8] = now - live;
    bursts += now != live;
    live = now;
  }
  EXPECT_NEAR(bursts, 285, 60);  // 300, less one in 21, which asks for none
}

/// The time and size of bursts do not depend on other allocations.
TEST(Neighbour, BurstsDependOnTheSeedAlone) {
  const auto run = [](std::uint64_t seed, bool busy) {
    ZoneOptions options = roomy;
    options.seed = seed;
    const auto zone = make_zone(options);
    Churn churn(*zone, 3);
    std::vector<std::uint32_t> timeline;
    for (int i = 0; i < 5000; ++i) {
      if (busy) churn.step();
      zone->tick();
      timeline.push_back(zone->usage().neighbour_pages);
      timeline.push_back(zone->usage().neighbour_objects);
    }
    churn.free_all();
    return timeline;
  };
  EXPECT_EQ(run(1, false), run(1, true));
  EXPECT_NE(run(1, false), run(2, false));
}

/// A refusal does not change the next burst. Under pressure, what bursts ask for and what they get
/// differ by the refusals.
TEST(Neighbour, RefusalsAreCounted) {
  const auto run = [](std::uint32_t pages) {
    const auto zone =
        make_zone({.pages = pages, .neighbour = {.gap_packets = 50, .burst_pages = 20}});
    for (int i = 0; i < 20000; ++i) zone->tick();
    return zone->usage();
  };
  const ZoneUsage plenty = run(100000);
  ASSERT_EQ(plenty.neighbour_refused, 0u);
  const ZoneUsage tight = run(1024);
  EXPECT_EQ(tight.free_pages_lowest, 24u);
  EXPECT_GT(tight.neighbour_refused, 0u);
}

/// Other traffic takes objects from the same slabs.
TEST(Neighbour, SharesTheSizeClasses) {
  const auto next_page = [](std::uint32_t burst_objects) {
    const auto zone = make_zone(
        {.pages = 1024,
         .neighbour = {.gap_packets = 10, .burst_objects = burst_objects, .hold_packets = 100000}});
    auto* first = static_cast<std::byte*>(zone->alloc(256, Gfp::kernel));
    for (int i = 0; i < 100; ++i) zone->tick();
    auto* second = static_cast<std::byte*>(zone->alloc(256, Gfp::kernel));
    const auto distance = second - first;
    zone->free(first);
    zone->free(second);
    return distance;
  };
  EXPECT_EQ(next_page(0), 256);
  EXPECT_GT(next_page(100), 4096);
}

}  // namespace
}  // namespace tfm
