// SPDX-License-Identifier: MIT
// A zone's totals compared with a real allocator's, for every strategy.
#include "bench/pressure/arena_totals.hpp"

#include "bench/pressure/round.hpp"
#include "runtime/zone/kmalloc.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

constexpr std::uint32_t pages = 4096;

Block block_of(std::uint32_t sockets) {
  Block block = small_block("tcp_ao/bgp_update");
  block.sockets = sockets;
  return block;
}

/// What the sockets ask for: pages, and the number of blocks.
std::pair<double, std::uint64_t> asked(const Workload& workload, const std::string& strategy) {
  const Ledger before = gfp_accounting()->ledger();
  const auto cell = opened(workload, strategy);
  const Account total = (gfp_accounting()->ledger() - before).total;
  return {static_cast<double>(total.bytes) / page_bytes, total.blocks};
}

std::uint32_t pages_in_zone(const Workload& workload, const std::string& strategy,
                            std::uint32_t sockets) {
  ZonedCell zoned(workload, strategy, {.pages = pages});
  EXPECT_EQ(zoned.sockets_open(), sockets);
  const std::uint32_t taken = zoned.pages_open();
  zoned.close();
  return taken;
}

class Arena : public OnCpu {};

// Neither can use fewer pages than the bytes asked for. What both add follows from their size
// classes. A block of the zone takes at most twice its size, from 8 bytes on. A block of jemalloc
// takes at most 5/4 of its size from 64 bytes on; below, classes are 16 bytes apart (jemalloc(3),
// "Implementation notes"). Each class has one slab that is not full: at most 8 pages in the zone, 7
// in jemalloc. A large block of jemalloc has one more page.
TEST_F(Arena, ZoneAndArenaAddNoMoreThanTheirSizeClasses) {
  constexpr double zone_slabs = 8.0 * kmalloc_sizes.size(), arena_slabs = 7.0 * 36;
  for (const std::uint32_t sockets : {1U, 2000U}) {
    const Block block = block_of(sockets);
    const auto workload = make_workload(block, 3);
    workload->derive_keys();
    for (const Registered& s : strategies_for(block)) {
      SCOPED_TRACE(s.name);
      const std::string strategy(s.name);
      const auto [least, blocks] = asked(*workload, strategy);
      const std::uint32_t in_zone = pages_in_zone(*workload, strategy, sockets);
      const ArenaTotals arena = open_in_arena(*workload, strategy, pages);
      ASSERT_EQ(arena.sockets_open, sockets);
      EXPECT_EQ(arena.refused, 0U);
      EXPECT_GE(in_zone, least);
      EXPECT_GE(arena.mapped_pages, least);
      EXPECT_LE(in_zone, 2 * least + zone_slabs);
      const double up_to_16_more = 16.0 * static_cast<double>(blocks) / page_bytes;
      EXPECT_LE(arena.mapped_pages, 1.25 * least + up_to_16_more + arena_slabs);
    }
  }
}

TEST_F(Arena, NeverMapsMoreThanItsBudget) {
  const Block block = block_of(2000);
  const auto workload = make_workload(block, 3);
  workload->derive_keys();
  for (const Registered& s : strategies_for(block)) {
    SCOPED_TRACE(s.name);
    const std::string strategy(s.name);
    const ArenaTotals all = open_in_arena(*workload, strategy, pages);
    ASSERT_EQ(all.sockets_open, 2000U);
    const ArenaTotals none = open_in_arena(*workload, strategy, all.mapped_pages);
    EXPECT_EQ(none.mapped_pages, all.mapped_pages) << "the same number of pages is enough";
    EXPECT_EQ(none.sockets_open, 2000U);
    for (std::uint32_t budget = 1; budget < all.mapped_pages; budget *= 2) {
      const ArenaTotals some = open_in_arena(*workload, strategy, budget);
      EXPECT_LE(some.mapped_pages, budget);
      EXPECT_LT(some.sockets_open, 2000U);
      EXPECT_GT(some.refused, 0U);
    }
  }
}

}  // namespace
}  // namespace tfm::bench::test
