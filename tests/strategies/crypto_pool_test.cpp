// SPDX-License-Identifier: MIT
// The posted interface.
#include <chrono>
#include <thread>

#include "tests/strategies/crypto_pool_support.hpp"

namespace tfm::test {
namespace {

TEST_F(CryptoPoolTest, CountsReferences) {
  const unsigned id = alloc(*sha1_);
  const Live with_one = Live::now();
  EXPECT_EQ(alloc(*sha1_), id);
  EXPECT_EQ(pool_->get(id), Errno::ok);
  EXPECT_NE(alloc(alias(*sha1_)), id);
  EXPECT_EQ(pool_->release(id + 1), Errno::ok);
  pool_->flush();
  EXPECT_EQ(Live::now(), with_one);
  for (int left = 2; left >= 0; --left) {
    EXPECT_TRUE(starts(id));
    release_and_flush(id);
  }
  EXPECT_FALSE(starts(id));
  EXPECT_EQ(Live::now(), empty_);
}

TEST_F(CryptoPoolTest, FindsByNameAndProvider) {
  const Algorithm& same = aliases_.emplace_back(*sha1_);
  Algorithm& other = aliases_.emplace_back(*sha1_);
  other.provider = "elsewhere";
  const unsigned id = alloc(*sha1_);
  EXPECT_EQ(alloc(same), id);
  EXPECT_NE(alloc(other), id);
}

TEST_F(CryptoPoolTest, TheTableHoldsAPageOfEntries) {
  ASSERT_EQ(PostedPool::capacity, 170U);
  for (unsigned i = 0; i < 170; ++i) ASSERT_EQ(alloc(alias(*md5_), 60), i);
  const Live full = Live::now();
  const Algorithm& one_more = alias(*md5_);
  EXPECT_EQ(alloc_error(one_more, 1000), Errno::enospc);
  EXPECT_EQ(Live::now(), full);
  EXPECT_EQ(alloc(aliases_[169]), 169U) << "what is in the table is found in a full one";
  release_and_flush(42);
  EXPECT_EQ(alloc(one_more), 42U);
  EXPECT_EQ(alloc_error(alias(*md5_)), Errno::enospc);
}

TEST_F(CryptoPoolTest, AKeylessAlgorithmHasOneTransform) {
  PostedPool::Section one{}, other{};
  for (const Algorithm* a : {sha1_, md5_}) {
    const unsigned id = alloc(*a);
    ASSERT_EQ(pool_->start(id, 0, one), Errno::ok);
    ASSERT_EQ(pool_->start(id, 1, other), Errno::ok);
    EXPECT_NE(one.part, other.part);
    EXPECT_EQ(one.part->transform_context == other.part->transform_context, !a->keyed);
    PostedPool::end();
    PostedPool::end();
    const std::uint64_t shared = Live::now().bytes(Owner::shared) - empty_.bytes(Owner::shared);
    EXPECT_EQ(shared, a->keyed ? 0 : Transform::bytes(*a));
    release_and_flush(id);
  }
}

// One CPU's packets never write another CPU's cache lines.
TEST_F(CryptoPoolTest, EachCpuHasCacheLinesOfItsOwn) {
  PostedPool::Section sections[2]{};
  const unsigned id = alloc(*sha1_);
  for (unsigned cpu = 0; cpu < 2; ++cpu) {
    ASSERT_EQ(pool_->start(id, cpu, sections[cpu]), Errno::ok);
    PostedPool::end();
  }
  const auto address = [](const void* p) { return reinterpret_cast<std::uintptr_t>(p); };
  EXPECT_EQ(address(sections[0].part) % cache_line_bytes, 0U);
  EXPECT_EQ(address(sections[1].part) % cache_line_bytes, 0U);
  const auto* transform = Transform::of(sections[0].part->transform_context);
  EXPECT_LE(address(transform) + Transform::bytes(*sha1_), address(sections[1].part));
}

TEST_F(CryptoPoolTest, ScratchIsTheLargestAskedFor) {
  const unsigned a = alloc(*sha1_, 60);
  EXPECT_EQ(scratch_live(), 60 * possible_cpus);
  const unsigned b = alloc(*md5_, 256);
  EXPECT_EQ(scratch_live(), 256 * possible_cpus);
  EXPECT_EQ(alloc(*md5_, 100), b);
  EXPECT_EQ(pool_->reserve_scratch(300), Errno::ok);
  EXPECT_EQ(scratch_live(), 300 * possible_cpus);
  release_and_flush(b);
  release_and_flush(b);
  EXPECT_EQ(scratch_live(), 300 * possible_cpus) << "it does not shrink while a user remains";
  release_and_flush(a);
  EXPECT_EQ(Live::now(), empty_);
}

// The clean-up or the next user can come first. In both cases the entry works and nothing is lost.
TEST_F(CryptoPoolTest, AllocWhileTheCleanUpIsPending) {
  const KeyPair keys(*sha1_, 1);
  const auto text = pattern(94, 0);
  const Octets expected = reference_mac(*sha1_, keys.of(Direction::tx), text);
  int revived = 0;
  const auto part = [&](unsigned id) {
    PostedPool::Section section{};
    EXPECT_EQ(pool_->start(id, 0, section), Errno::ok);
    Transform& transform = *Transform::of(section.part->transform_context);
    EXPECT_EQ(transform_setkey(transform, keys.of(Direction::tx), Gfp::atomic), Errno::ok);
    EXPECT_EQ(operate(*section.part, *sha1_, text, Dirty{{section.scratch, 60}}).value(), expected);
    PostedPool::end();
  };
  const Algorithm& a = counted(*sha1_);
  for (int i = 0; i < 2000; ++i) {
    const unsigned id = alloc(a, 60);
    const int built = transform_to_fail;  // goes down by one with each transform
    part(id);
    EXPECT_EQ(pool_->release(id), Errno::ok);
    EXPECT_EQ(alloc(a, 60), id);
    revived += transform_to_fail == built;
    part(id);
    release_and_flush(id);
    ASSERT_EQ(transforms, 0);
  }
  EXPECT_GT(revived, 0) << "the clean-up always came first: this test saw half of its subject";
  EXPECT_EQ(Live::now(), empty_);
}

// A caller should not start with an id that it has released. If it did, its request stays live
// until the end of its section, and later calls return -EINVAL.
TEST_F(CryptoPoolTest, TheCleanUpWaitsForSections) {
  const unsigned id = alloc(*sha1_, 60);
  const Live in_use = Live::now();
  PostedPool::Section section{};
  ASSERT_EQ(pool_->start(id, 0, section), Errno::ok);
  ASSERT_EQ(pool_->release(id), Errno::ok);
  while (starts(id)) std::this_thread::yield();  // until the worker has unpublished it
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // time to free what it must not
  EXPECT_EQ(Live::now(), in_use);
  EXPECT_EQ(section.part->algorithm, sha1_);
  std::fill_n(section.scratch, 60, 0xa5);
  PostedPool::end();
  pool_->flush();
  EXPECT_FALSE(starts(id));
  EXPECT_EQ(Live::now(), empty_);
}

}  // namespace
}  // namespace tfm::test
