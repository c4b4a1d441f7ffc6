// SPDX-License-Identifier: MIT
// One allocation in five refused, while sockets close and open: for every strategy, protocol,
// algorithm and provider no packet is sent without the right MAC or accepted without one.
#include "tests/bench/cell/fail_closed_support.hpp"

namespace tfm::bench::test {
namespace {

constexpr std::size_t packets = 1024;  // and a hundred sockets that close and open

/// Whether all that a packet asks for may be refused without harm.
bool silent(const Case& c) {
  if (c.strategy == Mempool::name) return true;  // a reserve stands in
  // OpenSSL notes a CCM tag that differs as an error, and does without the copy of a file's name.
  return c.algorithm->provider == "openssl" && c.algorithm->name == "ccm(aes128)";
}

void fail_one_in_five(const Case& c, bool kernel_too) {
  const auto workload = poisoned(c, c.block(), packets);
  const std::uint64_t before = live_bytes();
  {
    const auto cell = opened(workload->workload(), c.strategy);
    workload->poison();
    const std::uint64_t refused = refusals();
    gfp_accounting()->set_faults({.probability = 0.2, .seed = 5, .also_kernel = kernel_too});
    Tally t;
    cell->run(0, all_polls(workload->workload()), t);
    gfp_accounting()->clear_faults();
    expect_balanced(t);
    const auto found = workload->look();
    // Handshake segments are sent from buffers that are gone: what the trace does not explain.
    const std::uint64_t handshakes = t.packets - workload->packets();
    EXPECT_GE(t.sent, found.right);
    if (workload->in_place()) {
      EXPECT_LE(t.sent - found.right, handshakes);
    }
    EXPECT_GE(t.drops, found.untouched);
    const std::uint64_t failures = t.drops + t.open_failures;
    if (refusals() == refused) {
      EXPECT_EQ(failures, 0U);
    } else if (!silent(c)) {
      EXPECT_GT(failures, 0U) << "a refusal is no secret";
    }
    if (c.strategy == Mempool::name && c.algorithm->flat) {
      EXPECT_EQ(t.allocation_failures, 0U) << "one packet at a time never empties a reserve";
    }
    EXPECT_GE(t.closes, t.opens + t.accepts) << "only what was closed opens again";
  }
  EXPECT_EQ(live_bytes(), before) << "something was kept";
}

class FailClosedTest : public ::testing::TestWithParam<Case> {
 protected:
  static void run(bool kernel_too) { fail_one_in_five(GetParam(), kernel_too); }

 private:
  RcuThread rcu_;
};

TEST_P(FailClosedTest, WhenAtomicAllocationsAreRefused) { run(false); }
TEST_P(FailClosedTest, WhenAllocationsOnTheSlowPathAreRefusedToo) { run(true); }

INSTANTIATE_TEST_SUITE_P(All, FailClosedTest, ::testing::ValuesIn(all_cases()), case_name);

// The test above must see what it looks for.
TEST(FailClosed, RefusalsDoHappen) {
  const RcuThread rcu;
  for (const char* strategy : {"per_socket_tfm", "per_request_key", "tfm_pool"}) {
    const auto workload = make_workload(small_block(), 1);
    const auto cell = opened(*workload, strategy);
    gfp_accounting()->set_faults({.probability = 0.2});
    Tally t;
    cell->run(0, all_polls(*workload), t);
    gfp_accounting()->clear_faults();
    EXPECT_NEAR(static_cast<double>(t.allocation_failures), static_cast<double>(t.packets) * 0.2,
                5 * std::sqrt(static_cast<double>(t.packets) * 0.16))
        << strategy;
  }
}

}  // namespace
}  // namespace tfm::bench::test
