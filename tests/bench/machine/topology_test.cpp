// SPDX-License-Identifier: MIT
// Machines that hwloc makes up, and this one.
#include "bench/machine/topology.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "runtime/cores.hpp"

namespace tfm::bench {
namespace {

TEST(Topology, OfAMachineWithSmt) {
  const auto machine =
      synthetic_topology("package:2 l3:1(size=33554432) core:4 l2:1(size=1048576) l1d:1 pu:2");
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->packages, 2U);
  EXPECT_GE(machine->numa_nodes, 1U);
  ASSERT_EQ(machine->cores.size(), 8U);
  EXPECT_EQ(machine->cores[0], (std::vector<unsigned>{0, 1}));
  EXPECT_EQ(machine->cores[7], (std::vector<unsigned>{14, 15}));
  EXPECT_EQ(machine->smt(), true);
  ASSERT_EQ(machine->caches.size(), 3U);
  EXPECT_EQ(machine->caches[0].level, 1U);
  EXPECT_EQ(machine->caches[0].type, "data");
  EXPECT_EQ(machine->caches[1].bytes, 1048576U);
  EXPECT_EQ(machine->caches[1].threads, 2U);
  EXPECT_EQ(machine->caches[1].count, 8U);
  EXPECT_EQ(machine->caches[2].type, "unified");
  EXPECT_EQ(machine->caches[2].threads, 8U);
  EXPECT_EQ(machine->caches[2].count, 2U);
}

TEST(Topology, OneThreadIsTakenOfEachCore) {
  const auto machine = synthetic_topology("core:3 pu:2");
  ASSERT_TRUE(machine);
  EXPECT_EQ(machine->one_per_core(std::vector<unsigned>{5, 4, 3, 2, 1, 0}),
            (std::vector<unsigned>{5, 3, 1}));
  EXPECT_EQ(machine->one_per_core(std::vector<unsigned>{0, 3, 2}), (std::vector<unsigned>{0, 3}));
  const auto without = synthetic_topology("core:3 pu:1");
  ASSERT_TRUE(without);
  EXPECT_EQ(without->smt(), false);
  EXPECT_EQ(without->one_per_core(std::vector<unsigned>{2, 1, 0}),
            (std::vector<unsigned>{2, 1, 0}));
}

TEST(Topology, OfMoreThreadsThanACpuSetHas) {
  const auto machine = synthetic_topology("package:8 core:128 pu:2");
  ASSERT_TRUE(machine);
  ASSERT_EQ(machine->cores.size(), 1024U);
  EXPECT_EQ(machine->cores.back(), (std::vector<unsigned>{2046, 2047}));
  std::vector<unsigned> all(2048);
  std::iota(all.begin(), all.end(), 0U);
  const std::vector<unsigned> first = machine->one_per_core(all);
  ASSERT_EQ(first.size(), 1024U);
  EXPECT_EQ(first.back(), 2046U);
}

TEST(Topology, WithoutCoresAllThreadsStand) {
  const Topology unknown;
  EXPECT_EQ(unknown.smt(), std::nullopt);
  EXPECT_EQ(unknown.one_per_core(std::vector<unsigned>{1, 0}), (std::vector<unsigned>{1, 0}));
  EXPECT_FALSE(synthetic_topology("nonsense:x"));
}

TEST(Topology, OfThisMachine) {
  const auto machine = this_topology();
  ASSERT_TRUE(machine);
  if (machine->cores.empty()) GTEST_SKIP() << "this machine does not tell its cores";
  std::size_t threads = 0;
  for (const auto& core : machine->cores) threads += core.size();
  EXPECT_GE(threads, allowed_cores().size());
}

TEST(Topology, AnotherMachineFromTheEnvironmentIsNotThisOne) {
  ::setenv("HWLOC_SYNTHETIC", "core:2 pu:2", 1);
  EXPECT_FALSE(this_topology());
  ::unsetenv("HWLOC_SYNTHETIC");
}

}  // namespace
}  // namespace tfm::bench
