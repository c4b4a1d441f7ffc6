// SPDX-License-Identifier: MIT
// The memory of every algorithm: who is charged, and refused allocations.
#include <thread>

#include "tests/runtime/every_algorithm.hpp"

namespace tfm::test {
namespace {

void expect_same(const Ledger& now, const Ledger& then) {
  for (std::size_t o = 0; o < owner_count; ++o) {
    EXPECT_EQ(now.by_owner[o].bytes, then.by_owner[o].bytes) << owner_names[o];
    EXPECT_EQ(now.by_owner[o].blocks, then.by_owner[o].blocks) << owner_names[o];
  }
}

TEST_P(EveryAlgorithm, MemoryIsChargedToItsOwner) {
  const Ledger start = accounting.ledger();
  Transform& transform = keyed_transform(algorithm, random_octets(rng, algorithm.key_bytes));
  // This algorithm keeps buffers while it has a transform; zlib_test.cpp counts them.
  const bool with_buffers = algorithm.name == "acomp_scomp(deflate)";
  const Ledger others = with_buffers ? accounting.ledger() : start;
  {
    const OwnedRequest request(transform, Owner::percpu);
    ASSERT_EQ(request.status(), Errno::ok);
    const Octets message = random_octets(rng, 100);
    ASSERT_TRUE(operate(request.get(), algorithm, message));
    const Ledger idle = accounting.ledger();
    const AllocationCounts before = accounting.counts();
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(operate(request.get(), algorithm, message));
    const AllocationCounts after = accounting.counts();
    expect_same(accounting.ledger(), idle);
    EXPECT_EQ(after.kernel, before.kernel) << "slept on the fast path";
    if (algorithm.flat) {
      EXPECT_EQ(after.atomic, before.atomic);
    }
    if (algorithm.family == Family::hash) {
      ASSERT_EQ(hash_init(request.get()), Errno::ok);
      ASSERT_EQ(hash_update(request.get(), message), Errno::ok);
    }
    const Ledger in_flight = accounting.ledger();
    for (const Owner none : {Owner::shared, Owner::request, Owner::scratch}) {
      const auto o = static_cast<std::size_t>(none);
      EXPECT_EQ(idle.by_owner[o].bytes, others.by_owner[o].bytes) << owner_names[o];
      EXPECT_EQ(in_flight.by_owner[o].bytes, others.by_owner[o].bytes) << owner_names[o];
    }
  }
  transform_free(&transform);
  expect_same(accounting.ledger(), start);
}

/// Makes a transform with a key and operates, then does both again with memory. True if an
/// allocation was refused on the way.
bool operate_while_failing(const Algorithm& algorithm, Bytes key, Bytes message,
                           const std::string& expected, const Faults& faults) {
  Accounting& accounting = *gfp_accounting();
  const Ledger start = accounting.ledger();
  const AllocationCounts before = accounting.counts();
  accounting.set_faults(faults);
  const auto transform = transform_alloc_keyed(algorithm, key, Gfp::kernel, Owner::socket);
  const Result<Octets> made = transform ? operate(**transform, message) : error(transform.error());
  // Sets the key again, on a transform that has a key.
  const Errno rekeyed =
      transform && algorithm.keyed ? transform_setkey(**transform, key, Gfp::atomic) : Errno::ok;
  accounting.clear_faults();
  EXPECT_EQ(shown(made), made ? expected : "ENOMEM");
  if (transform) {
    if (failed(rekeyed)) {
      EXPECT_EQ(rekeyed, Errno::enomem);
      EXPECT_EQ(outcome(**transform, message), "ENOKEY");
      EXPECT_EQ(transform_setkey(**transform, key, Gfp::atomic), Errno::ok);
    }
    EXPECT_EQ(outcome(**transform, message), expected);
    transform_free(*transform);
  }
  if (algorithm.flat) {
    expect_same(accounting.ledger(), start);
  } else {
    // After a fetch that failed half-way OpenSSL makes an entry of its method cache again. The
    // entry may then be on another account, but the sum is the same.
    EXPECT_EQ(accounting.ledger().total.bytes, start.total.bytes);
    EXPECT_EQ(accounting.ledger().total.blocks, start.total.blocks);
  }
  const AllocationCounts after = accounting.counts();
  return after.atomic_refused + after.kernel_refused >
         before.atomic_refused + before.kernel_refused;
}

TEST_P(EveryAlgorithm, SurvivesEveryRefusedAllocation) {
  const Octets key = random_octets(rng, algorithm.key_bytes), message = random_octets(rng, 100);
  Transform& transform = keyed_transform(algorithm, key);
  const std::string expected = outcome(transform, message);
  transform_free(&transform);
  for (const bool sticky : {false, true}) {
    std::uint64_t k = 1;
    while (operate_while_failing(algorithm, key, message, expected,
                                 {.kth = k, .sticky = sticky, .also_kernel = true})) {
      ASSERT_LT(++k, 1000u);
    }
    EXPECT_GT(k, 2u) << "a transform and a request are two allocations at least";
  }
}

TEST_P(EveryAlgorithm, AThreadLeavesNothingBehind) {
  const Octets key = random_octets(rng, algorithm.key_bytes), message = random_octets(rng, 100);
  const Ledger start = accounting.ledger();
  std::thread([&] {
    // OpenSSL's cost per thread (the error state) comes with the thread's first operation, not with
    // its first failure, and is not charged to an operation.
    Transform& transform = keyed_transform(algorithm, key);
    const std::string expected = outcome(transform, message);
    transform_free(&transform);
    for (std::uint64_t k = 1;
         operate_while_failing(algorithm, key, message, expected, {.kth = k});) {
      ASSERT_LT(++k, 1000u);
    }
    const auto request = static_cast<std::size_t>(Owner::request);
    EXPECT_EQ(accounting.ledger().by_owner[request].bytes, start.by_owner[request].bytes);
  }).join();
  expect_same(accounting.ledger(), start);
}

}  // namespace
}  // namespace tfm::test
