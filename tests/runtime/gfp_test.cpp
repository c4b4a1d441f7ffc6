// SPDX-License-Identifier: MIT
// The counted link: what the ledger contains, and what a refusal leaves.
#include <gtest/gtest.h>

#include <thread>
#include <utility>
#include <vector>

#include "runtime/accounting.hpp"
#include "runtime/allocator.hpp"

namespace tfm {
namespace {

/// For its lifetime the allocator refuses everything.
class WithEmptyAllocator {
 public:
  WithEmptyAllocator() : empty_(*gfp_allocator), saved_(std::exchange(gfp_allocator, &empty_)) {
    empty_.alloc = [](std::size_t, Gfp) noexcept -> void* { return nullptr; };
    empty_.realloc = [](void*, std::size_t, Gfp) noexcept -> void* { return nullptr; };
  }
  ~WithEmptyAllocator() { gfp_allocator = saved_; }
  WithEmptyAllocator(const WithEmptyAllocator&) = delete;
  WithEmptyAllocator& operator=(const WithEmptyAllocator&) = delete;

 private:
  AllocatorFunctions empty_;
  const AllocatorFunctions* saved_;
};

class GfpTest : public ::testing::Test {
 protected:
  Ledger since() const { return accounting.ledger() - before; }

  Accounting& accounting = *gfp_accounting();
  const Ledger before = accounting.ledger();
};

TEST_F(GfpTest, LedgerFollowsOwnerAndPeak) {
  accounting.mark_peak();
  void* a = gfp_alloc(100, Gfp::kernel, Owner::socket);
  void* b = gfp_alloc(28, Gfp::atomic, Owner::request);
  const Ledger during = since();
  const std::uint64_t rounded = gfp_allocator->footprint(a);
  EXPECT_EQ(during.of(Owner::socket), (Account{100, rounded, 1}));
  EXPECT_EQ(during.total, (Account{128, rounded + gfp_allocator->footprint(b), 2}));
  gfp_free(b);
  gfp_free(a);
  gfp_free(nullptr);
  EXPECT_EQ(since(), Ledger{});
  EXPECT_EQ(accounting.peak() - before, during);
  accounting.mark_peak();
  EXPECT_EQ(accounting.peak(), accounting.ledger());
}

TEST_F(GfpTest, AGrownBlockStaysOnItsAccount) {
  void* block = gfp_realloc(nullptr, 100, Gfp::kernel, Owner::scratch);
  block = gfp_realloc(block, 5000, Gfp::kernel, Owner::request);
  const std::uint64_t rounded = gfp_allocator->footprint(block);
  EXPECT_EQ(since().of(Owner::scratch), (Account{5000, rounded, 1}));
  EXPECT_EQ(since().total, (Account{5000, rounded, 1}));
  gfp_free(block);
  EXPECT_EQ(since(), Ledger{});
}

TEST_F(GfpTest, ARefusalChangesNothingAndIsCounted) {
  void* block = gfp_alloc(100, Gfp::atomic, Owner::socket);
  const Ledger held = since();
  const AllocationCounts counts = accounting.counts();
  accounting.set_faults({.probability = 1, .space = 51});
  void* granted = gfp_alloc(50, Gfp::atomic, Owner::socket);
  EXPECT_NE(granted, nullptr) << "within the space";
  EXPECT_EQ(gfp_alloc(50, Gfp::atomic, Owner::socket), nullptr);
  EXPECT_EQ(gfp_realloc(block, 200, Gfp::atomic, Owner::socket), nullptr);
  void* sleeper = gfp_alloc(50, Gfp::kernel, Owner::socket);
  EXPECT_NE(sleeper, nullptr) << "no candidate";
  accounting.clear_faults();
  gfp_free(sleeper);
  gfp_free(granted);
  {
    const WithEmptyAllocator empty;
    EXPECT_EQ(gfp_alloc(50, Gfp::kernel, Owner::socket), nullptr);
    EXPECT_EQ(gfp_realloc(block, 200, Gfp::kernel, Owner::socket), nullptr);
  }
  EXPECT_EQ(since(), held);
  const AllocationCounts after = accounting.counts();
  EXPECT_EQ(after.atomic - counts.atomic, 3U);
  EXPECT_EQ(after.atomic_refused - counts.atomic_refused, 2U);
  EXPECT_EQ(after.kernel - counts.kernel, 3U);
  EXPECT_EQ(after.kernel_refused - counts.kernel_refused, 2U);
  gfp_free(block);
}

TEST_F(GfpTest, ThreadsShareTheLedger) {
  std::vector<std::thread> threads;
  for (unsigned t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      void* held[16] = {};
      for (unsigned i = 0; i < 4000; ++i) {
        void*& slot = held[i % 16];
        gfp_free(slot);
        slot = gfp_alloc(16 + i % 200, Gfp::atomic, static_cast<Owner>(t));
        if (i % 3 == 0) slot = gfp_realloc(slot, 400, Gfp::atomic, Owner::shared);
      }
      for (void* slot : held) gfp_free(slot);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(since(), Ledger{});
}

TEST_F(GfpTest, ReportsWhatTheLedgerItselfCosts) {
  const AccountingCost cost = accounting.cost();
  EXPECT_GT(cost.resident_bytes, 0U);
  EXPECT_GT(cost.page_faults, 0U);
}

using GfpDeathTest = GfpTest;

TEST_F(GfpDeathTest, AbortsOnABlockThatIsNotItsOwn) {
  int stranger = 0;
  EXPECT_DEATH(gfp_free(&stranger), "not gfp's");
  EXPECT_DEATH(
      {
        void* block = gfp_alloc(16, Gfp::kernel, Owner::shared);
        gfp_free(block);
        gfp_free(block);
      },
      "is already freed");
}

}  // namespace
}  // namespace tfm
