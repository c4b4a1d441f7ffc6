// SPDX-License-Identifier: MIT
// Which executable measures a block, and which blocks a build has none for.
#include "bench/driver/round_executables.hpp"

#include <gtest/gtest.h>

#include "runtime/spectre_v2.hpp"

namespace tfm::bench {
namespace {

Block with(std::string_view spectre_v2) {
  Block block;
  block.api = "ahash";
  block.spectre_v2 = spectre_v2;
  return block;
}

TEST(RoundExecutables, ThePassAndRetpolinesDecide) {
  const RoundExecutables executables;
  const auto name = [&](Pass pass, std::string_view spectre_v2) {
    return executables.of(pass, with(spectre_v2)).filename().string();
  };
  for (const Pass pass : {Pass::timed, Pass::pressure, Pass::in_flight}) {
    EXPECT_EQ(name(pass, "off"), "tfmbench_round");
  }
  EXPECT_EQ(name(Pass::counted, "off"), "tfmbench_round_counted");
  EXPECT_EQ(name(Pass::timed, "retpoline"), "tfmbench_round_retpoline");
}

TEST(RoundExecutables, ABuildWithoutRetpolinesLeavesThemOut) {
  EXPECT_EQ(no_executable(with("retpoline"), false),
            "this build has no retpolines: they need x86-64, and a build without a sanitizer");
  EXPECT_EQ(no_executable(with("retpoline"), true), "");
  EXPECT_EQ(no_executable(with("off"), false), "");
}

TEST(RoundExecutables, AllOtherProgramsHaveNoRetpolines) { EXPECT_EQ(spectre_v2(), "off"); }

}  // namespace
}  // namespace tfm::bench
