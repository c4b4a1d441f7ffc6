// SPDX-License-Identifier: MIT
// The cores of the simulated CPUs, on machines that hwloc makes up.
#include "bench/driver/choose_cores.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace tfm::bench {
namespace {

using Cores = std::vector<unsigned>;

Cores all(unsigned count) {
  Cores cores(count);
  std::iota(cores.begin(), cores.end(), 0U);
  return cores;
}

Cores chosen(const OrLine<ChosenCores>& result) {
  EXPECT_TRUE(result) << result.error();
  return result ? result->cores : Cores();
}

/// The error, or the only warning, or empty.
std::string said(const OrLine<ChosenCores>& result) {
  if (!result) return result.error();
  EXPECT_LE(result->warnings.size(), 1U);
  return result->warnings.empty() ? "" : result->warnings.front();
}

const auto smt = synthetic_topology("core:2 pu:2");
const auto plain = synthetic_topology("core:4 pu:1");

TEST(ChooseCores, OneThreadOfEachCoreAndCoreZeroLast) {
  EXPECT_EQ(chosen(choose_cores({}, all(4), 1, plain)), (Cores{3}));
  EXPECT_EQ(chosen(choose_cores({}, all(4), 4, plain)), (Cores{3, 2, 1, 0}));
  EXPECT_EQ(chosen(choose_cores({}, all(4), 2, smt)), (Cores{3, 1}));
  EXPECT_EQ(said(choose_cores({}, all(4), 2, smt)), "");
  EXPECT_EQ(chosen(choose_cores({}, {0, 1, 3}, 2, smt)), (Cores{3, 1}));
}

TEST(ChooseCores, SiblingsAreNotUsedUnasked) {
  const auto result = choose_cores({}, all(4), 3, smt);
  ASSERT_FALSE(result);
  EXPECT_EQ(
      result.error(),
      "blocks of 3 CPUs need as many cores, but there are 2 with 4 hardware threads: leave "
      "these blocks out (--filter cpus=...), or allow several threads of a core (--cpus 0-2)");
  EXPECT_EQ(said(choose_cores({}, all(4), 8, smt)),
            "blocks of 8 CPUs need as many cores, but there are 2 with 4 hardware threads: leave "
            "these blocks out (--filter cpus=...)")
      << "no list of cores would do";
  EXPECT_FALSE(choose_cores({}, {0, 1}, 2, smt)) << "two threads of the one core that is allowed";
}

TEST(ChooseCores, SiblingsAreUsedIfTheUserNamesThem) {
  const auto result = choose_cores({0, 1}, all(4), 2, smt);
  EXPECT_EQ(chosen(result), (Cores{0, 1}));
  EXPECT_EQ(said(result),
            "--cpus 0-1: 2 hardware threads of 1 core: threads of one core slow each other down");
  EXPECT_EQ(said(choose_cores({0, 2, 1}, all(4), 2, smt)), "") << "the third is not used";
  EXPECT_NE(said(choose_cores({0, 1, 2}, all(4), 2, smt)), "") << "the third is not used";
  EXPECT_EQ(said(choose_cores({1, 2}, all(4), 2, smt)), "");
}

TEST(ChooseCores, AMachineThatIsTooSmallIsRefused) {
  const auto result = choose_cores({}, all(4), 6, plain);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(),
            "blocks of 6 CPUs need as many cores, but there are 4 with 4 hardware threads: leave "
            "these blocks out (--filter cpus=...)");
  EXPECT_FALSE(choose_cores({}, all(4), 5, std::nullopt));
}

TEST(ChooseCores, WithoutATopologyThereIsAWarning) {
  EXPECT_EQ(said(choose_cores({}, all(4), 1, std::nullopt)), "");
  const auto result = choose_cores({}, all(4), 2, std::nullopt);
  EXPECT_EQ(chosen(result), (Cores{3, 2}));
  EXPECT_EQ(said(result).substr(0, 59),
            "which hardware threads share a core cannot be read: CPUs ma");
}

TEST(ChooseCores, TheUsersListIsChecked) {
  EXPECT_EQ(said(choose_cores({4}, all(4), 1, plain)),
            "--cpus: core 4 is not available. There are: 0-3");
  EXPECT_EQ(said(choose_cores({2}, all(4), 2, plain)),
            "--cpus names 1 cores, but there are blocks of 2 CPUs");
}

TEST(ChooseCores, MoreThanACpuSetHas) {
  const auto large = synthetic_topology("package:8 core:128 pu:2");
  EXPECT_EQ(chosen(choose_cores({}, all(2048), 2, large)), (Cores{2047, 2045}));
  EXPECT_EQ(chosen(choose_cores({}, all(2048), 64, large)).size(), 64U);
  EXPECT_EQ(chosen(choose_cores({2046, 1500}, all(2048), 2, large)), (Cores{2046, 1500}));
}

}  // namespace
}  // namespace tfm::bench
