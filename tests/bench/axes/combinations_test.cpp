// SPDX-License-Identifier: MIT
// Which axes can be combined, and which passes measure them.
#include "bench/axes/combinations.hpp"

#include "tests/bench/axes/support.hpp"

namespace tfm::bench::test {
namespace {

/// A block with these axes set.
Block with(std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  Block block = a_block();
  for (const auto& [axis, value] : values) set(block, axis, value);
  return block;
}

TEST(Combinations, AnExclusionGivesItsReason) {
  for (const Axis& axis : axes()) {
    for (const Exclusion& exclusion : axis.excludes) {
      for (const std::string& other : names_of(exclusion)) {
        Block block =
            with({{axis.name, unusual_value(axis)}, {other, unusual_value(*find_axis(other))}});
        if (const std::string_view needed = axis.needs.axes; !needed.empty()) {
          set(block, needed, unusual_value(*find_axis(needed)));
        }
        EXPECT_EQ(excluded(block), exclusion.reason) << axis.name << " and " << other;
      }
    }
  }
}

TEST(Combinations, AnAxisIsExcludedWithoutTheAxisItNeeds) {
  EXPECT_EQ(excluded(with({{"ring", "64"}})),
            "the same as ring=512: only a block with pages has a ring");
  for (const Axis& axis : axes()) {
    if (axis.needs.axes.empty()) continue;
    Block block = with({{axis.name, unusual_value(axis)}});
    EXPECT_EQ(excluded(block), "the same as " + std::string(axis.name) + "=" + axis.get(Block{}) +
                                   ": " + std::string(axis.needs.reason));
    set(block, axis.needs.axes, unusual_value(*find_axis(axis.needs.axes)));
    EXPECT_EQ(excluded(block), "") << axis.name;
  }
}

TEST(Combinations, AnAxisAloneIsNotExcluded) {
  EXPECT_EQ(excluded(a_block()), "");
  for (const Axis& axis : axes()) {
    if (!axis.needs.axes.empty()) continue;
    EXPECT_EQ(excluded(with({{axis.name, unusual_value(axis)}})), "") << axis.name;
  }
}

TEST(Combinations, ABlockWithoutAPassIsExcluded) {
  for (const Axis& one : axes()) {
    for (const Axis& other : axes()) {
      const Block block =
          with({{one.name, unusual_value(one)}, {other.name, unusual_value(other)}});
      if (suited_passes(block).empty()) {
        EXPECT_NE(excluded(block), "") << one.name << ", " << other.name;
      }
    }
  }
}

TEST(Combinations, TheReasonNamesEveryAxisWithCountedRoundsOnly) {
  for (const Axis& axis : axes()) {
    if (axis.only != Pass::counted) continue;
    const Block pressed = with({{axis.name, unusual_value(axis)}, {"pages", "1024"}});
    const std::string never_timed =
        no_such_round(with({{axis.name, unusual_value(axis)}}), Pass::timed);
    for (const std::string& sentence : {excluded(pressed), never_timed}) {
      EXPECT_NE(sentence.find(axis.name), std::string::npos) << sentence;
    }
  }
}

TEST(Combinations, APassSuitsWhatItMeasures) {
  EXPECT_EQ(suited_passes(a_block()), (Passes{Pass::timed, Pass::counted}));
  EXPECT_EQ(suited_passes(with({{"load", "50%"}})), (Passes{Pass::timed, Pass::counted}));
  EXPECT_EQ(suited_passes(with({{"faults", "kth=1"}})), Passes{Pass::counted});
  EXPECT_EQ(suited_passes(with({{"algorithms", "2"}, {"scratch", "64"}})), Passes{Pass::counted});
  EXPECT_EQ(suited_passes(with({{"pages", "1024"}, {"ring", "64"}})), Passes{Pass::pressure});
  EXPECT_EQ(suited_passes(with({{"in_flight", "4"}})), Passes{Pass::in_flight});
  EXPECT_EQ(suited_passes(with({{"pages", "1024"}, {"in_flight", "4"}})), Passes{});
  EXPECT_EQ(suited_passes(with({{"api", "ahash"}, {"spectre_v2", "retpoline"}})),
            Passes{Pass::timed});
}

TEST(Combinations, ThePassesOfAnAxisAreThoseThatDoNotExcludeIt) {
  const auto passes = [](std::string_view axis) { return passes_of(*find_axis(axis)); };
  EXPECT_EQ(passes("sockets"), Passes(all_passes.begin(), all_passes.end()));
  EXPECT_EQ(passes("cpus"), (Passes{Pass::timed, Pass::counted}));
  EXPECT_EQ(passes("churn_percent"), (Passes{Pass::timed, Pass::counted, Pass::pressure}));
  EXPECT_EQ(passes("allocator"), (Passes{Pass::timed, Pass::counted, Pass::in_flight}));
  EXPECT_EQ(passes("faults"), Passes{Pass::counted});
  EXPECT_EQ(passes("ring"), Passes{Pass::pressure});
  EXPECT_EQ(passes("spectre_v2"), Passes{Pass::timed});
}

TEST(Combinations, TheReasonNamesTheMissingRounds) {
  EXPECT_EQ(no_such_round(a_block(), Pass::timed), "");
  EXPECT_EQ(no_such_round(a_block(), Pass::counted), "");
  EXPECT_EQ(no_such_round(a_block(), Pass::pressure),
            "a block with pages = 0 has no pressure rounds");
  EXPECT_EQ(no_such_round(a_block(), Pass::in_flight),
            "a block with in_flight = 0 has no in_flight rounds");
  EXPECT_EQ(no_such_round(with({{"pages", "256"}}), Pass::counted),
            "a block with pages = 256 has no counted rounds");
  EXPECT_EQ(no_such_round(with({{"in_flight", "4"}}), Pass::timed),
            "a block with in_flight = 4 has no timed rounds");
  EXPECT_EQ(no_such_round(with({{"pages", "256"}}), Pass::pressure), "");
  for (const auto& [axis, value] : {std::pair("faults", "kth=1"), std::pair("scratch", "64")}) {
    EXPECT_EQ(no_such_round(with({{axis, value}}), Pass::timed),
              "a block with faults, algorithms or scratch has counted rounds only");
  }
}

}  // namespace
}  // namespace tfm::bench::test
