// SPDX-License-Identifier: MIT
// The counted pass over its own axes: algorithms in parallel, scratch by user, all fields of
// faults, and providers that keep more memory after the first use.
#include "bench/counted/round.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

CountedCell count(const std::string& strategy, const Block& block) {
  const std::uint64_t packets = counted_packets(block);
  const auto workload = make_workload(block, 1, packets);
  return count_cell(strategy, block, 1, *workload, *gfp_accounting(), packets);
}

std::uint64_t bytes(const Ledger& ledger, Owner owner) { return ledger.of(owner).bytes; }

class CountedMemory : public OnCpu {};

/// Bytes of crypto_pool's per-CPU block for one algorithm.
std::uint64_t part_bytes(const Block& block) {
  const Algorithm& a = *find_algorithm(block.algorithm, block.provider);
  return percpu_stride(PooledRequests::bytes(a)) * block.possible_cpus + cache_line_bytes;
}

// Claim C8.
TEST_F(CountedMemory, TheTableOfAPoolHolds170Algorithms) {
  Block block = small_block();
  block.sockets = 342;
  block.possible_cpus = 3;
  block.algorithms = 170;
  const CountedCell full = count("percpu_pool", block);
  EXPECT_EQ(full.sockets_open, 342U);
  EXPECT_EQ(full.open_error, Errno::ok);
  EXPECT_EQ(bytes(full.open, Owner::percpu) - bytes(full.idle, Owner::percpu),
            170 * part_bytes(block));
  EXPECT_GT(full.packets, 0U);

  block.algorithms = 171;
  for (const char* strategy : {"percpu_pool", "tfm_pool"}) {
    const CountedCell over = count(strategy, block);
    EXPECT_EQ(over.open_error, Errno::enospc) << strategy;
    EXPECT_EQ(over.sockets, 342U);
    EXPECT_EQ(over.sockets_open, 170U);
    EXPECT_EQ(over.packets, 0U) << "no packet flows if a socket did not open";
    EXPECT_EQ(over.tally.packets, 0U);
    EXPECT_EQ(over.peak, over.open);
    EXPECT_EQ(over.half.total.blocks, over.open.total.blocks)
        << "half of the sockets were too many";
  }
  for (const char* strategy : {"per_socket_tfm", "per_request_key", "onstack_prepared"}) {
    const CountedCell whole = count(strategy, block);
    EXPECT_EQ(whole.open_error, Errno::ok) << strategy;
    EXPECT_EQ(whole.sockets_open, 342U);
    EXPECT_EQ(whole.tally.drops, 0U);
  }
}

TEST_F(CountedMemory, AliasesCostWhatAlgorithmsCost) {
  Block block = small_block();
  const Algorithm& a = *find_algorithm(block.algorithm, block.provider);
  const auto open_bytes = [&](const char* strategy, std::uint32_t algorithms) {
    block.algorithms = algorithms;
    return count(strategy, block).open.total.bytes;
  };
  EXPECT_EQ(open_bytes("percpu_pool", 4) - open_bytes("percpu_pool", 1), 3 * part_bytes(block));
  EXPECT_EQ(open_bytes("per_socket_tfm", 4), open_bytes("per_socket_tfm", 1));
  // A shared transform: its list entry (a pointer and a count), then the transform.
  EXPECT_EQ(open_bytes("per_request_key", 4) - open_bytes("per_request_key", 1),
            3 * (16 + Transform::bytes(a)));
}

TEST_F(CountedMemory, ScratchIsChargedToItsOwner) {
  Block block = small_block();
  block.scratch = "4096";
  const Algorithm& a = *find_algorithm(block.algorithm, block.provider);
  const CountedCell pool = count("percpu_pool", block);
  EXPECT_EQ(bytes(pool.open, Owner::scratch), 4096U * block.possible_cpus);
  EXPECT_EQ(pool.peak, pool.open);
  const CountedCell piece = count("per_socket_tfm", block);
  EXPECT_EQ(bytes(piece.open, Owner::scratch), 0U);
  EXPECT_EQ(bytes(piece.peak, Owner::request), Request::bytes(a) + 4096);
  const CountedCell refused = count("onstack_prepared", block);
  EXPECT_EQ(refused.open_error, Errno::eopnotsupp);
  EXPECT_EQ(refused.sockets_open, 0U);
}

// Claim C3: the shared scratch is as large as the largest user asked for, and does not shrink.
TEST_F(CountedMemory, SharedScratchStaysAfterItsLargestUserCloses) {
  Block block = small_block();
  block.scratch = "64+1024+65400";
  const std::uint64_t third = block.sockets / 3;  // sockets 2, 5, …
  const Algorithm& a = *find_algorithm(block.algorithm, block.provider);
  const CountedCell pool = count("percpu_pool", block);
  ASSERT_TRUE(pool.left.has_value());
  EXPECT_EQ(bytes(pool.open, Owner::scratch), 65400U * block.possible_cpus);
  EXPECT_EQ(bytes(*pool.left, Owner::scratch), bytes(pool.open, Owner::scratch));
  EXPECT_EQ(pool.open.total.bytes - pool.left->total.bytes, third * 2 * a.key_bytes);
  const CountedCell socket = count("per_socket_tfm", block);
  ASSERT_TRUE(socket.left.has_value());
  EXPECT_EQ(socket.open.total.bytes - socket.left->total.bytes, third * 2 * Transform::bytes(a));
  EXPECT_FALSE(count("onstack", block).left.has_value()) << "not all of its sockets opened";
  block.scratch = "64";
  EXPECT_FALSE(count("percpu_pool", block).left.has_value()) << "there is one user";
}

/// Without rounded bytes: EVP reallocates blocks for each packet, and glibc's chunks for one size
/// differ.
void expect_same(const Account& a, const Account& b) {
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.blocks, b.blocks);
}

// EVP allocates with the first packet and keeps the memory. Half of the sockets must cost half.
TEST_F(CountedMemory, EverySocketWasUsedOnceBeforeItIsCounted) {
  unsigned seen = 0;
  for (const Algorithm* a : algorithms()) {
    if (!a->keyed || a->provider != "openssl") continue;
    const auto of_protocol = block_with(*a);
    if (!of_protocol) continue;
    Block block = *of_protocol;
    block.forged_percent = 0;  // OpenSSL records errors for some, and keeps them until cleared
    SCOPED_TRACE(block.algorithm);
    ++seen;
    for (const Registered& s : strategies_for(block)) {
      if (s.name != PerSocketTfm::name && s.name != OnstackPrepared::name) continue;
      const CountedCell c = count(std::string(s.name), block);
      EXPECT_EQ(c.open.total.bytes, 2 * c.half.total.bytes) << s.name;
      EXPECT_EQ(c.open.total.blocks - 1, 2 * (c.half.total.blocks - 1))
          << "one block is the handles";
      expect_same(c.peak.of(Owner::socket), c.open.of(Owner::socket));  // packets add nothing more
    }
    block.possible_cpus = 5;
    const CountedCell pool = count("percpu_pool", block);
    expect_same(pool.peak.of(Owner::percpu), pool.open.of(Owner::percpu));
    const Ledger& few = pool.open;
    block.possible_cpus = 9;
    const Ledger more = count("percpu_pool", block).open;
    block.possible_cpus = 13;
    const Ledger most = count("percpu_pool", block).open;
    EXPECT_EQ(bytes(most, Owner::percpu) - bytes(more, Owner::percpu),
              bytes(more, Owner::percpu) - bytes(few, Owner::percpu))
        << "a CPU without a thread costs what one with a thread does";
    EXPECT_EQ((most.of(Owner::percpu).blocks - more.of(Owner::percpu).blocks) % 4, 0U);
    // A flat provider has one per-CPU block for the scratch's slots and one for the parts.
    EXPECT_GT(few.of(Owner::percpu).blocks, 2U + 5) << "EVP keeps blocks of its own for each CPU";
  }
  EXPECT_GE(seen, 8U);
}

TEST_F(CountedMemory, AllFieldsOfFaultsAreUsed) {
  Block block = small_block();
  block.faults = {.kth = 7};
  const CountedCell seventh = count("per_socket_tfm", block);
  EXPECT_EQ(seventh.allocations_refused, 1U);
  EXPECT_EQ(seventh.tally.drops, 1U);

  block.faults = {.probability = 1, .space = std::uint64_t{1} << 40};
  EXPECT_EQ(count("per_socket_tfm", block).allocations_refused, 0U);
  block.faults.space = 1 << 20;
  const CountedCell most = count("per_socket_tfm", block);
  EXPECT_GT(most.tally.sent, 0U) << "a MiB was granted";
  EXPECT_GT(most.tally.drops, most.tally.packets / 2);

  // An active open allocates with GFP_KERNEL. Without churn there are no opens.
  block.faults = {.probability = 1, .times = 3, .gfp = "any"};
  block.churn_percent = 10;
  const CountedCell any = count("percpu_pool", block);
  EXPECT_EQ(any.tally.open_failures, 3U);
  EXPECT_LT(any.allocations_refused, 3U) << "some of the first opens are active";
  block.faults.gfp = "atomic";
  const CountedCell atomic = count("percpu_pool", block);
  EXPECT_EQ(atomic.allocations_refused, 3U);
  EXPECT_EQ(atomic.tally.accept_failures, 3U);
}

TEST_F(CountedMemory, AnAgedHeapIsNotChargedToTheStrategy) {
  Block block = small_block();
  const CountedCell fresh = count("per_socket_tfm", block);
  block.heap = "aged";
  const CountedCell aged = count("per_socket_tfm", block);
  EXPECT_EQ(aged.idle, fresh.idle);
  EXPECT_EQ(bytes(aged.open, Owner::socket), bytes(fresh.open, Owner::socket));
  EXPECT_EQ(aged.peak.total.bytes, fresh.peak.total.bytes);
}

}  // namespace
}  // namespace tfm::bench::test
