// SPDX-License-Identifier: MIT
// The tests run exactly the pairs of strategy and protocol that this build has.
#include "bench/cell/pairs.hpp"

#include <functional>
#include <map>
#include <set>

#include "runtime/sanitized.hpp"
#include "tests/bench/cell/fail_closed_support.hpp"

namespace tfm::bench::test {
namespace {

using Pair = std::pair<std::string, std::string>;  ///< strategy, protocol

/// Calls f(strategy's name, protocol's name) for every possible pair.
void for_each_pair(const std::function<void(std::string_view, std::string_view)>& f) {
  for_each_protocol([&]<class P>() { for_each_strategy([&]<class S>() { f(S::name, P::name); }); });
}

TEST(Pairs, AreCompleteAndUnderSanitizersCoverBothLists) {
  std::size_t built = 0;
  std::set<std::string_view> with_tcp_ao, with_percpu_pool, with_per_socket_tfm;
  for_each_pair([&](std::string_view strategy, std::string_view protocol) {
    if (!has_pair(strategy, protocol)) return;
    ++built;
    if (protocol == TcpAo::name) with_tcp_ao.insert(strategy);
    if (strategy == PercpuPool::name) with_percpu_pool.insert(protocol);
    if (strategy == PerSocketTfm::name) with_per_socket_tfm.insert(protocol);
  });
  EXPECT_EQ(with_tcp_ao.size(), StrategyList::size);
  EXPECT_EQ(with_percpu_pool.size(), ProtocolList::size);
  EXPECT_EQ(with_per_socket_tfm.size(), ProtocolList::size);
  if (all_pairs) {
    EXPECT_EQ(built, StrategyList::size * ProtocolList::size);
  } else {
    EXPECT_TRUE(sanitized) << "TFM_PAIRS=covering is for sanitizers only";
    EXPECT_EQ(built, StrategyList::size + 2 * (ProtocolList::size - 1) + 1)
        << "and md5sig_pool with tcp_md5";
  }
}

TEST(Pairs, AWorkloadHasCellsForItsPairsOnly) {
  ASSERT_EQ(providers_init(), Errno::ok);
  std::map<std::string_view, Block> blocks;
  for_each_protocol([&]<class P>() { blocks[P::name] = block_of<P>(); });
  for (const char* key : {"raw", "prepared"}) {
    std::map<std::string_view, std::unique_ptr<Workload>> workloads;
    for (auto& [protocol, block] : blocks) {
      block.key = key;
      workloads[protocol] = make_workload(block, 1);
    }
    for_each_pair([&](std::string_view strategy, std::string_view protocol) {
      const auto cell = workloads.at(protocol)->cell(strategy);
      EXPECT_EQ(cell.has_value(), has_pair(strategy, protocol)) << strategy << ' ' << protocol;
      if (!cell) {
        EXPECT_EQ(cell.error(), Errno::eopnotsupp);
      }
    });
  }
}

// all_cases() is complete: it has each pair in which the strategy takes an algorithm of the
// protocol, and each algorithm of each provider that a protocol takes.
TEST(Pairs, EachPairAndEachAlgorithmHasACase) {
  ASSERT_EQ(providers_init(), Errno::ok);
  std::set<Pair> expected, cases;
  std::set<const Algorithm*> taken, seen;
  for_each_protocol([&]<class P>() {
    for (const Algorithm* a : algorithms()) {
      if (!P::supports(*a)) continue;
      taken.insert(a);
      for_each_strategy([&]<class S>() {
        if (!has_pair(S::name, P::name)) return;
        if (!refuses<S>(*a, P(*a, {}).scratch_bytes()).empty()) return;
        expected.emplace(S::name, P::name);
      });
    }
  });
  std::set<std::string_view> strategies;
  for (const Case& c : all_cases()) {
    cases.emplace(c.strategy, c.protocol);
    strategies.insert(c.strategy);
    seen.insert(c.algorithm);
  }
  EXPECT_EQ(cases, expected);
  EXPECT_EQ(seen, taken);
  EXPECT_EQ(strategies.size(), StrategyList::size) << "each strategy runs somewhere";
}

}  // namespace
}  // namespace tfm::bench::test
