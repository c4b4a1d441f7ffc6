// SPDX-License-Identifier: MIT
#include "runtime/block_table.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <unordered_map>

#include "runtime/rng.hpp"
#include "runtime/sanitized.hpp"

namespace tfm {
namespace {

/// The address of a block that does not exist, from 0 to 1,000,000.
const void* address(std::uint64_t n) {
  alignas(16) static char heap[16 * 1'000'001];
  return &heap[16 * n];
}

TEST(BlockTable, ReturnsWhatWasInserted) {
  BlockTable table;
  EXPECT_FALSE(table.take(address(1))) << "the empty table";
  ASSERT_TRUE(table.reserve());
  table.insert(address(1), {.bytes = 100, .footprint = 112, .owner = Owner::scratch});
  EXPECT_FALSE(table.take(address(2)));
  const auto record = table.take(address(1));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->bytes, 100U);
  EXPECT_EQ(record->footprint, 112U);
  EXPECT_EQ(record->owner, Owner::scratch);
  EXPECT_FALSE(table.take(address(1))) << "taken twice";
  EXPECT_EQ(table.size(), 0U);
}

// Compares the table with a model. It gets full enough for long chains and grows several times,
// then it is emptied.
TEST(BlockTable, FollowsAModel) {
  BlockTable table;
  std::unordered_map<const void*, std::uint64_t> model;
  Rng rng(3);
  for (int step = 0; step < 400'000; ++step) {
    const bool filling = step < 200'000;
    const void* block = address(1 + rng.below(60'000));
    const auto known = model.find(block);
    const bool take = rng.below(4) < (filling ? 1U : 3U);
    if (take || known != model.end()) {
      const auto record = table.take(block);
      ASSERT_EQ(record.has_value(), known != model.end());
      if (!record) continue;
      ASSERT_EQ(record->bytes, known->second);
      model.erase(known);
    } else {
      const std::uint64_t bytes = rng.next();
      ASSERT_TRUE(table.reserve());
      table.insert(block, {.bytes = bytes, .footprint = 0, .owner = Owner::shared});
      model.emplace(block, bytes);
    }
    ASSERT_EQ(table.size(), model.size());
  }
  for (const auto& [block, bytes] : model) {
    const auto record = table.take(block);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->bytes, bytes);
  }
  EXPECT_EQ(table.size(), 0U);
}

TEST(BlockTable, ReportsWhatItCosts) {
  const auto faults = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_minflt);
  };
  const double before = faults();
  BlockTable table;
  EXPECT_EQ(table.resident_bytes(), 0U);
  for (std::uint64_t n = 1; n <= 1'000'000; ++n) {
    ASSERT_TRUE(table.reserve());
    table.insert(address(n), {.bytes = n, .footprint = n, .owner = Owner::socket});
  }
  EXPECT_EQ(table.resident_bytes(), std::size_t{24} << 21)
      << "2^21 slots: 2^20 are three quarters full";
  // 2^14 slots doubled to 2^21, in pages of 4096 bytes.
  EXPECT_EQ(table.page_faults(), 24 * ((1 << 22) - (1 << 14)) / 4096);
  const double taken = faults() - before - static_cast<double>(table.page_faults());
  EXPECT_GE(taken, 0);
  if (!sanitized) {  // shadow memory takes faults too
    EXPECT_LT(taken, 1000);
  }
}

}  // namespace
}  // namespace tfm
