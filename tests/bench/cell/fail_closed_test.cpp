// SPDX-License-Identifier: MIT
// One allocation in five is refused while sockets close and open. With every strategy, protocol,
// algorithm and provider, no packet is sent or accepted without the right MAC.
#include "tests/bench/cell/fail_closed_support.hpp"

namespace tfm::bench::test {
namespace {

constexpr std::size_t packets = 1024;  // about a hundred sockets close and open meanwhile

/// Whether refusals can have no visible effect.
bool silent(const Case& c) {
  if (c.strategy == Mempool::name) return true;  // the reserve is used
  // OpenSSL records a wrong CCM tag as an error, and continues without the copy of the file name.
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
    // Handshake segments are not in the trace, and their buffers are gone.
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
      EXPECT_GT(failures, 0U) << "a refusal must show";
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

// Without refusals the test above would prove nothing.
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
