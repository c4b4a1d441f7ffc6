// SPDX-License-Identifier: MIT
// Which blocks are counted, and why others are not.
#include "bench/driver/counted_blocks.hpp"

#include <gtest/gtest.h>

namespace tfm::bench {
namespace {

PlannedBlock planned(auto&& change, std::vector<std::string> strategies = {"percpu_pool"}) {
  Block block;
  block.workload = "tcp_ao/fixed_64";
  block.algorithm = "hmac(sha1)";
  change(block);
  return {block_id(block), block, {}, std::move(strategies), {}};
}

PlannedBlock usual() {
  return planned([](Block&) {});
}

CountedBlocks counted(std::vector<PlannedBlock> blocks) {
  Plan plan;
  plan.blocks = std::move(blocks);
  return counted_blocks(plan);
}

TEST(CountedBlocks, WhatATurnDoesNotKnowIsCountedOnce) {
  const CountedBlocks found = counted({
      usual(),
      planned([](Block& b) { b.cache = "polluted:4096"; }),
      planned([](Block& b) { b.load = "80%"; }),
      planned([](Block& b) { b.choice = "zipf"; }),
      planned([](Block& b) { b.flow_run = 4; }),
      planned([](Block& b) { b.forged_percent = 0; }),
      planned([](Block& b) { b.churn_percent = 1; }),
      planned([](Block& b) { b.heap = "aged"; }),
      planned([](Block& b) { b.page_size = "base"; }),
      planned([](Block& b) { b.pages = 4096, b.ring = 64; }),
      planned([](Block& b) { b.in_flight = 8, b.engine_ns = 100; }),
      planned([](Block& b) { b.faults.probability = 0.01; }),
  });
  ASSERT_EQ(found.blocks.size(), 1);
  EXPECT_EQ(found.blocks[0].block, usual().block);
  EXPECT_EQ(found.blocks[0].id, usual().id);
  EXPECT_TRUE(found.left_out.empty());
}

TEST(CountedBlocks, OtherAxesMakeOtherBlocks) {
  const CountedBlocks found = counted({
      usual(),
      planned([](Block& b) { b.sockets = 10; }),
      planned([](Block& b) { b.workload = "tcp_ao/fixed_512"; }),
      planned([](Block& b) { b.tx = "softirq"; }),
      planned([](Block& b) { b.allocator = "jemalloc"; }),
      planned([](Block& b) { b.key = "prepared"; }),
      planned([](Block& b) { b.api = "ahash"; }),
      planned([](Block& b) { b.api = "ahash", b.spectre_v2 = "retpoline"; }),
  });
  EXPECT_EQ(found.blocks.size(), 8);
}

TEST(CountedBlocks, WhatCannotBeCountedIsLeftOutWithTheReason) {
  const auto why = [](auto&& change) {
    const PlannedBlock block = planned(change);
    const CountedBlocks found = counted({block, block});
    EXPECT_TRUE(found.blocks.empty());
    EXPECT_EQ(found.left_out.size(), 1);
    const std::string head = block.id + " is not counted: ";
    EXPECT_TRUE(found.left_out.at(0).starts_with(head)) << found.left_out.at(0);
    return found.left_out.at(0).substr(head.size());
  };
  EXPECT_EQ(why([](Block& b) { b.cpus = 2; }), "instructions are counted on one CPU: set cpus=1");
  EXPECT_EQ(why([](Block& b) { b.workload = "tcp_ao/imix"; }), "its packets have no one size");
  EXPECT_EQ(why([](Block& b) { b.scratch = "4096"; }), "it has no timed rounds");
  EXPECT_EQ(why([](Block& b) { b.allocator = "mimalloc"; }),
            "mimalloc is loaded when asked for, and is not where it is counted");
  EXPECT_EQ(why([](Block& b) { b.allocator = "tcmalloc"; }),
            "tcmalloc is loaded when asked for, and is not where it is counted");
}

TEST(CountedBlocks, StrategiesThatWorkInBatchesAreLeftOut) {
  const auto with = [](std::vector<std::string> strategies) {
    return counted({planned([](Block&) {}, std::move(strategies))});
  };
  const CountedBlocks some = with({"null", "multibuffer", "percpu_pool"});
  ASSERT_EQ(some.blocks.size(), 1);
  EXPECT_EQ(some.blocks[0].strategies, (std::vector<std::string>{"null", "percpu_pool"}));
  ASSERT_EQ(some.left_out.size(), 1);
  EXPECT_EQ(some.left_out[0],
            "multibuffer is not counted: its packets are in flight at once, and their phases "
            "overlap");
  EXPECT_TRUE(with({"multibuffer"}).blocks.empty());
}

}  // namespace
}  // namespace tfm::bench
