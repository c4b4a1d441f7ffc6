// SPDX-License-Identifier: MIT
// A test for each of the seven bugs of the posted code, which are fixed here.
#include <chrono>
#include <thread>

#include "tests/strategies/crypto_pool_support.hpp"

namespace tfm::test {
namespace {

// Bug 1: the id after the last entry was accepted.
TEST_F(CryptoPoolTest, RefusesIdsAfterTheLast) {
  for (unsigned i = 0; i <= PostedPool::capacity; ++i) {
    EXPECT_FALSE(starts(i)) << i;
    EXPECT_EQ(pool_->get(i), Errno::einval);
    EXPECT_EQ(pool_->release(i), Errno::einval);
    if (i == PostedPool::capacity) break;
    ASSERT_EQ(alloc(alias(*sha1_)), i);
  }
  for (const unsigned id : bad_ids) {
    EXPECT_FALSE(starts(id)) << id;
    EXPECT_EQ(pool_->get(id), Errno::einval) << id;
    EXPECT_EQ(pool_->release(id), Errno::einval) << id;
  }
  EXPECT_EQ(softirq_depth, 0U) << "a refused start() left its section open";
}

// Bug 2: an entry without references could get a new reference, before or during its clean-up.
TEST_F(CryptoPoolTest, GetRaisesNoCountFromZero) {
  const unsigned id = alloc(*sha1_);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(pool_->get(id), Errno::ok);
    ASSERT_EQ(pool_->release(id), Errno::ok);
    ASSERT_EQ(pool_->release(id), Errno::ok);
    ASSERT_EQ(pool_->get(id), Errno::einval) << "while the clean-up is under way";
    ASSERT_EQ(pool_->release(id), Errno::einval);
    if (i % 2 == 0) pool_->flush();
    ASSERT_EQ(pool_->get(id), Errno::einval);
    ASSERT_EQ(alloc(*sha1_), id);
  }
  release_and_flush(id);
  EXPECT_EQ(Live::now(), empty_);
}

// Bug 3: every failure while an entry was built became -ENOMEM, and some of them leaked memory.
TEST_F(CryptoPoolTest, ReturnsTheErrorAndKeepsNothing) {
  for (const Algorithm* plain : {sha1_, md5_}) {
    const Algorithm& a = counted(*plain);
    const int to_build = plain->keyed ? int{possible_cpus} : 1;
    for (int n = 1; n <= to_build; ++n) {
      transform_to_fail = n;
      EXPECT_EQ(alloc_error(a, 64), Errno::eproto);
      EXPECT_EQ(transforms, 0);
      EXPECT_EQ(requests, 0);
      EXPECT_EQ(Live::now(), empty_);
    }
    for (int n = 1; n <= int{possible_cpus}; ++n) {
      request_to_fail = n;
      EXPECT_EQ(alloc_error(a, 64), Errno::eproto);
      EXPECT_EQ(transforms, 0);
      EXPECT_EQ(requests, 0);
      EXPECT_EQ(Live::now(), empty_);
    }
    const unsigned id = alloc(a, 64);
    EXPECT_EQ(transforms, to_build);
    EXPECT_EQ(requests, int{possible_cpus});
    release_and_flush(id);
    EXPECT_EQ(transforms, 0);
    EXPECT_EQ(requests, 0);
  }
}

// Bug 4: growth of the scratch that failed half-way counted as done. It must also not take scratch
// from the present users.
TEST_F(CryptoPoolTest, HalfFailedGrowthIsTriedAgain) {
  const unsigned id = alloc(*sha1_, 100);
  const Live small = Live::now();
  for (unsigned k = 1; k <= possible_cpus; ++k) {
    std::uint8_t* const first = scratch(id, 0);
    {
      const WithFaults faults({.kth = k, .also_kernel = true});
      EXPECT_EQ(alloc_error(*sha1_, 1000), Errno::enomem);
    }
    EXPECT_EQ(Live::now(), small);
    EXPECT_EQ(scratch(id, 0), first);
  }
  EXPECT_EQ(alloc(*sha1_, 1000), id);
  EXPECT_EQ(scratch_live(), 1000 * possible_cpus);
  EXPECT_EQ(pool_->release(id), Errno::ok);
  EXPECT_EQ(pool_->release(id), Errno::ok);
  EXPECT_EQ(pool_->release(id), Errno::einval) << "a failure took a reference";
  pool_->flush();
  EXPECT_EQ(Live::now(), empty_);
}

// Bug 5: a replaced buffer was freed at once if its CPU was offline. No thread runs on these
// possible CPUs, but a reader on one of them keeps its buffer until its section ends.
TEST_F(CryptoPoolTest, OldScratchOutlivesItsReadersOnEveryCpu) {
  constexpr std::size_t small = 100, large = 1000;
  const unsigned id = alloc(*sha1_, small);
  std::array<std::uint8_t*, possible_cpus> old;
  PostedPool::Section section{};
  for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
    ASSERT_EQ(pool_->start(id, cpu, section), Errno::ok);
    old[cpu] = section.scratch;
  }
  std::thread grower([&] { EXPECT_EQ(pool_->reserve_scratch(large), Errno::ok); });
  while (scratch(id, possible_cpus - 1) == old[possible_cpus - 1]) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // time to free what it must not
  EXPECT_EQ(scratch_live(), (small + large) * possible_cpus);
  for (std::uint8_t* buffer : old) std::fill_n(buffer, small, 0xa5);
  for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) PostedPool::end();
  rcu_quiescent_state();  // the end of a poll is enough: this thread stays online
  grower.join();
  EXPECT_EQ(scratch_live(), large * possible_cpus);
  release_and_flush(id);
}

// Bug 6: algo() read memory at a bad id.
TEST_F(CryptoPoolTest, AlgoChecksItsBound) {
  const unsigned id = alloc(*sha1_);
  EXPECT_EQ(pool_->algo(id).value(), "hmac(sha1)");
  EXPECT_EQ(pool_->algo(id + 1), error(Errno::einval));
  for (const unsigned bad : bad_ids) EXPECT_EQ(pool_->algo(bad), error(Errno::einval));
  release_and_flush(id);
  EXPECT_EQ(pool_->algo(id), error(Errno::einval));
}

// Bug 7: scratch that was reserved for a user stayed when that user then failed.
TEST_F(CryptoPoolTest, AFailedAllocReservesNoScratch) {
  const Algorithm& a = counted(*sha1_);
  for (std::uint64_t k = 1;; ++k) {
    const std::uint64_t refused = refusals();
    Errno result;
    {
      const WithFaults faults({.kth = k, .also_kernel = true});
      result = alloc_error(a, 1000);
    }
    if (refusals() == refused) {
      EXPECT_EQ(result, Errno::ok);
      EXPECT_EQ(k, 1 + possible_cpus + 1);  // the entry's block, a buffer per CPU, no more
      break;
    }
    EXPECT_EQ(result, Errno::enomem);
    EXPECT_EQ(Live::now(), empty_);
    EXPECT_EQ(transforms, 0);
  }
  release_and_flush(0);
  transform_to_fail = 1;
  EXPECT_EQ(alloc_error(a, 1000), Errno::eproto);
  EXPECT_EQ(Live::now(), empty_);
  EXPECT_EQ(pool_->reserve_scratch(1000), Errno::einval) << "nobody would give it back";
  EXPECT_EQ(Live::now(), empty_);
}

}  // namespace
}  // namespace tfm::test
