// SPDX-License-Identifier: MIT
// An aged heap: half of the live blocks stay, chosen by the seed, and are freed at the end.
#include "bench/cell/heap_age.hpp"

#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

constexpr std::uint64_t mib = 1 << 20;

Block aged() {
  Block block = small_block();
  block.heap = "aged";
  return block;
}

Ledger live() { return gfp_accounting()->ledger(); }

TEST(HeapAge, AFreshHeapIsNotTouched) {
  const AllocationCounts before = gfp_accounting()->counts();
  const HeapAge age(small_block(), mib, 1);
  const AllocationCounts after = gfp_accounting()->counts();
  EXPECT_EQ(after.kernel, before.kernel);
  EXPECT_EQ(after.atomic, before.atomic);
}

TEST(HeapAge, HalfStaysAllocatedUntilTheEnd) {
  const Ledger before = live();
  const AllocationCounts counts = gfp_accounting()->counts();
  gfp_accounting()->mark_peak();
  {
    const HeapAge age(aged(), 4 * mib, 1);
    const Ledger taken = live() - before;
    const Account all = (gfp_accounting()->peak() - before).total;
    EXPECT_GE(all.bytes, 4 * mib);
    EXPECT_LT(all.bytes, 5 * mib);
    // Five standard deviations of the sum of blocks that are each kept or freed.
    EXPECT_NEAR(static_cast<double>(taken.total.bytes), static_cast<double>(all.bytes) / 2,
                5 * 6e4);
    EXPECT_EQ(taken.total, taken.of(Owner::shared));
    const AllocationCounts after = gfp_accounting()->counts();
    EXPECT_GE(after.kernel - counts.kernel, 5 * (all.blocks - 1))
        << "filled, and churned four times";
    EXPECT_EQ(after.atomic, counts.atomic);
  }
  EXPECT_EQ(live(), before);
}

TEST(HeapAge, TheSeedDecidesWhichBlocksStay) {
  const auto bytes = [](std::uint64_t seed) {
    const Ledger before = live();
    const HeapAge age(aged(), mib, seed);
    return (live() - before).total.bytes;
  };
  EXPECT_EQ(bytes(1), bytes(1));
  EXPECT_NE(bytes(1), bytes(2));
}

TEST(HeapAge, OutOfMemoryThrowsAndFreesAll) {
  const Ledger before = live();
  gfp_accounting()->set_faults({.kth = 5000, .also_kernel = true});
  EXPECT_THROW(HeapAge(aged(), mib, 1), std::runtime_error);
  gfp_accounting()->clear_faults();
  EXPECT_EQ(live(), before);
}

TEST(HeapAge, ItGrowsWithTheSockets) {
  Block block = aged();
  EXPECT_EQ(HeapAge::bytes_of_cell(block), mib) << "at least";
  block.sockets = 100'000;
  EXPECT_EQ(HeapAge::bytes_of_cell(block), 102'400'000U);
}

}  // namespace
}  // namespace tfm::bench::test
