// SPDX-License-Identifier: MIT
// The posted interface, and a test for each of the posted code's seven defects.
#include "strategies/crypto_pool.hpp"

#include <chrono>
#include <deque>
#include <thread>

#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr unsigned possible_cpus = 4;
constexpr unsigned bad_ids[] = {CryptoPool::capacity, CryptoPool::capacity + 1, 1U << 20, ~0U};

/// Transforms and requests of the algorithms below: built and still there; which one fails.
int transforms, requests;
int transform_to_fail, request_to_fail;  // counted down; the one that reaches 0 fails

Errno counted_transform_init(void*, Gfp, Owner) noexcept {
  if (--transform_to_fail == 0) return Errno::eproto;
  ++transforms;
  return Errno::ok;
}
void counted_transform_exit(void*) noexcept { --transforms; }
Errno counted_request_init(void*, Gfp, Owner) noexcept {
  if (--request_to_fail == 0) return Errno::eproto;
  ++requests;
  return Errno::ok;
}
void counted_request_exit(void*) noexcept { --requests; }

class CryptoPoolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    transforms = requests = transform_to_fail = request_to_fail = 0;
    ASSERT_NE(sha1_, nullptr);
    ASSERT_NE(md5_, nullptr);
    pool_ = CryptoPool::create(possible_cpus).value();
    empty_ = Live::now();
  }
  void TearDown() override {
    pool_.reset();
    EXPECT_EQ(Live::now(), before_);
  }

  /// The algorithm under another name.
  const Algorithm& alias(const Algorithm& algorithm) {
    Algorithm& a = aliases_.emplace_back(algorithm);
    a.name = names_.emplace_back("alias-" + std::to_string(names_.size()));
    return a;
  }

  /// A copy whose transforms and requests are counted and can be made to fail.
  const Algorithm& counted(const Algorithm& algorithm) {
    Algorithm& a = aliases_.emplace_back(algorithm);
    a.transform_init = counted_transform_init;
    a.transform_exit = counted_transform_exit;
    a.request_init = counted_request_init;
    a.request_exit = counted_request_exit;
    return a;
  }

  unsigned alloc(const Algorithm& algorithm, std::size_t scratch_bytes = 0) {
    return pool_->alloc_ahash(algorithm, scratch_bytes).value();
  }
  Errno alloc_error(const Algorithm& algorithm, std::size_t scratch_bytes = 0) {
    const auto id = pool_->alloc_ahash(algorithm, scratch_bytes);
    return id ? Errno::ok : id.error();
  }
  /// The last reference goes, and with it all that the entry held.
  void release_and_flush(unsigned id) {
    EXPECT_EQ(pool_->release(id), Errno::ok);
    pool_->flush();
  }
  bool starts(unsigned id, unsigned cpu = 0) {
    CryptoPool::Section section{};
    if (failed(pool_->start(id, cpu, section))) return false;
    CryptoPool::end();
    return true;
  }
  std::uint8_t* scratch(unsigned id, unsigned cpu) {
    CryptoPool::Section section{};
    EXPECT_EQ(pool_->start(id, cpu, section), Errno::ok);
    CryptoPool::end();
    return section.scratch;
  }
  std::uint64_t scratch_live() { return Live::now().bytes(Owner::scratch); }

  const RcuThread rcu_;
  const Algorithm* const sha1_ = find_algorithm("hmac(sha1)", "nettle");
  const Algorithm* const md5_ = find_algorithm("md5", "nettle");
  const Live before_ = Live::now();
  std::unique_ptr<CryptoPool> pool_;
  Live empty_;  // with the pool, and nothing in it
  std::deque<std::string> names_;
  std::deque<Algorithm> aliases_;  // the pool refers to them
};

// Defect 1: the id behind the last entry passed for one.
TEST_F(CryptoPoolTest, RefusesIdsBehindTheLast) {
  for (unsigned i = 0; i <= CryptoPool::capacity; ++i) {
    EXPECT_FALSE(starts(i)) << i;
    EXPECT_EQ(pool_->get(i), Errno::einval);
    EXPECT_EQ(pool_->release(i), Errno::einval);
    if (i == CryptoPool::capacity) break;
    ASSERT_EQ(alloc(alias(*sha1_)), i);
  }
  for (const unsigned id : bad_ids) {
    EXPECT_FALSE(starts(id)) << id;
    EXPECT_EQ(pool_->get(id), Errno::einval) << id;
    EXPECT_EQ(pool_->release(id), Errno::einval) << id;
  }
  EXPECT_EQ(softirq_depth, 0U) << "a refused start() left its section open";
}

// Defect 2: a reference was taken on an entry whose last one had gone, before or during its
// clean-up.
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

// Defect 3: every failure while an entry is built was -ENOMEM, and not every exit freed all.
TEST_F(CryptoPoolTest, SaysWhatFailedAndKeepsNothing) {
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

// Defect 4: growth that fails half-way must not pass for done, nor take from who is there.
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

// Defect 5: a replaced buffer was freed at once where its CPU was offline. No thread runs on these
// possible CPUs; a reader of theirs still has its buffer until its section ends.
TEST_F(CryptoPoolTest, OldScratchOutlivesItsReadersOnEveryCpu) {
  constexpr std::size_t small = 100, large = 1000;
  const unsigned id = alloc(*sha1_, small);
  std::array<std::uint8_t*, possible_cpus> old;
  CryptoPool::Section section{};
  for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
    ASSERT_EQ(pool_->start(id, cpu, section), Errno::ok);
    old[cpu] = section.scratch;
  }
  std::thread grower([&] { EXPECT_EQ(pool_->reserve_scratch(large), Errno::ok); });
  while (scratch(id, possible_cpus - 1) == old[possible_cpus - 1]) std::this_thread::yield();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // time to free what it must not
  EXPECT_EQ(scratch_live(), (small + large) * possible_cpus);
  for (std::uint8_t* buffer : old) std::fill_n(buffer, small, 0xa5);
  for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) CryptoPool::end();
  grower.join();
  EXPECT_EQ(scratch_live(), large * possible_cpus);
  release_and_flush(id);
}

// Defect 6: algo() read whatever lay at a bad id.
TEST_F(CryptoPoolTest, AlgoChecksItsBound) {
  const unsigned id = alloc(*sha1_);
  EXPECT_EQ(pool_->algo(id).value(), "hmac(sha1)");
  EXPECT_EQ(pool_->algo(id + 1), error(Errno::einval));
  for (const unsigned bad : bad_ids) EXPECT_EQ(pool_->algo(bad), error(Errno::einval));
  release_and_flush(id);
  EXPECT_EQ(pool_->algo(id), error(Errno::einval));
}

// Defect 7: scratch that was reserved for a user who then failed stayed, with no user.
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
      EXPECT_EQ(k, 1 + possible_cpus + 1);  // the entry's block, a buffer per CPU, none left
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
  ASSERT_EQ(CryptoPool::capacity, 170U);
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
  CryptoPool::Section one{}, other{};
  for (const Algorithm* a : {sha1_, md5_}) {
    const unsigned id = alloc(*a);
    ASSERT_EQ(pool_->start(id, 0, one), Errno::ok);
    ASSERT_EQ(pool_->start(id, 1, other), Errno::ok);
    EXPECT_NE(one.part, other.part);
    EXPECT_EQ(one.part->transform_context == other.part->transform_context, !a->keyed);
    CryptoPool::end();
    CryptoPool::end();
    const std::uint64_t shared = Live::now().bytes(Owner::shared) - empty_.bytes(Owner::shared);
    EXPECT_EQ(shared, a->keyed ? 0 : Transform::bytes(*a));
    release_and_flush(id);
  }
}

// One CPU's packets never write a cache line of another's.
TEST_F(CryptoPoolTest, EachCpuHasCacheLinesOfItsOwn) {
  CryptoPool::Section sections[2]{};
  const unsigned id = alloc(*sha1_);
  for (unsigned cpu = 0; cpu < 2; ++cpu) {
    ASSERT_EQ(pool_->start(id, cpu, sections[cpu]), Errno::ok);
    CryptoPool::end();
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

// Whether the clean-up comes first or the next user, the entry works and nothing is lost.
TEST_F(CryptoPoolTest, AllocWhileTheCleanUpIsPending) {
  const KeyPair keys(*sha1_, 1);
  const auto text = pattern(94, 0);
  const Digest expected = reference_mac(*sha1_, keys.of(Direction::tx), text);
  int revived = 0;
  const auto part = [&](unsigned id) {
    CryptoPool::Section section{};
    EXPECT_EQ(pool_->start(id, 0, section), Errno::ok);
    Transform& transform = *Transform::of(section.part->transform_context);
    EXPECT_EQ(transform_setkey(transform, keys.of(Direction::tx), Gfp::atomic), Errno::ok);
    EXPECT_EQ(hash(*section.part, text, {section.scratch, 60}).value(), expected);
    CryptoPool::end();
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

// Nobody should start with an id that he has released; who did still has a live request until the
// end of his section, and -EINVAL later.
TEST_F(CryptoPoolTest, TheCleanUpWaitsForSections) {
  const unsigned id = alloc(*sha1_, 60);
  const Live in_use = Live::now();
  CryptoPool::Section section{};
  ASSERT_EQ(pool_->start(id, 0, section), Errno::ok);
  ASSERT_EQ(pool_->release(id), Errno::ok);
  while (starts(id)) std::this_thread::yield();  // until the worker has unpublished it
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // time to free what it must not
  EXPECT_EQ(Live::now(), in_use);
  EXPECT_EQ(section.part->algorithm, sha1_);
  std::fill_n(section.scratch, 60, 0xa5);
  CryptoPool::end();
  pool_->flush();
  EXPECT_FALSE(starts(id));
  EXPECT_EQ(Live::now(), empty_);
}

}  // namespace
}  // namespace tfm::test
