// SPDX-License-Identifier: MIT
// The rows of the table, and the values that they take.
#include <functional>
#include <set>

#include "bench/axes/combinations.hpp"
#include "runtime/gfp.hpp"
#include "runtime/openssl_contexts.hpp"
#include "tests/bench/axes/support.hpp"

namespace tfm::bench::test {
namespace {

TEST(AxesTable, EachRowIsConsistent) {
  std::set<std::string_view> names;
  unsigned newest = 1;
  for (const Axis& axis : axes()) {
    SCOPED_TRACE(axis.name);
    EXPECT_TRUE(names.insert(axis.name).second) << "twice";
    EXPECT_EQ(find_axis(axis.name), &axis);
    EXPECT_FALSE(axis.meaning.empty());
    EXPECT_LE(axis.meaning.size(), 90U);
    EXPECT_FALSE(axis.values().empty());
    newest = std::max(newest, axis.since);
    Block block;
    if (!axis.must_be_given()) {
      EXPECT_TRUE(axis.set(block, axis.get(Block{}))) << "its default is not a valid value";
    }
    EXPECT_TRUE(axis.is_usual(block));
    set(block, axis.name, unusual_value(axis));
    EXPECT_FALSE(axis.is_usual(block));
    EXPECT_EQ(axis.get(block), unusual_value(axis));
    if (!axis.before.empty()) {
      EXPECT_GT(axis.since, 1U);
      set(block, axis.name, axis.before);
      EXPECT_FALSE(axis.is_usual(block)) << "older files mean the default without saying so";
    }
  }
  for (unsigned since = 1; since <= newest; ++since) {
    EXPECT_TRUE(std::any_of(axes().begin(), axes().end(),
                            [&](const Axis& axis) { return axis.since == since; }))
        << "no axis has generation " << since;
  }
}

TEST(AxesTable, EveryAxisNamedInARowExists) {
  for (const Axis& axis : axes()) {
    const std::string_view needed = axis.needs.axes;
    EXPECT_TRUE(needed.empty() || find_axis(needed) != nullptr) << axis.name;
    for (const Exclusion& exclusion : axis.excludes) {
      EXPECT_EQ(exclusion.axes.empty(), exclusion.reason.empty()) << axis.name;
      for (const std::string& other : names_of(exclusion)) {
        EXPECT_NE(find_axis(other), nullptr) << axis.name << " excludes " << other;
      }
    }
  }
}

TEST(AxesTable, TheWordsAreTheRuntimesNames) {
  const std::vector<std::string> allocators = find_axis("allocator")->value_words();
  EXPECT_TRUE(std::ranges::equal(allocators, allocator_names));
  const std::vector<std::string> contexts = find_axis("openssl")->value_words();
  EXPECT_TRUE(std::ranges::equal(contexts, openssl_contexts_names));
}

TEST(AxesTable, OnlyProbabilityAndKthRefuseTheirDefaults) {
  for (const FaultField& field : fault_fields()) {
    EXPECT_EQ(field.default_can_be_given(), field.name != "probability" && field.name != "kth");
    EXPECT_EQ(find_fault_field(field.name), &field);
  }
}

/// The error for a block with such a value.
std::string wrong(const std::function<void(Block&)>& change) {
  Block block = a_block();
  EXPECT_EQ(wrong_axis_value(block), "");
  change(block);
  return wrong_axis_value(block);
}

TEST(WrongAxisValue, ErrorsNameTheAxisAndTheValidValues) {
  EXPECT_EQ(wrong([](Block& b) { b.ip = "v5"; }),
            "unknown ip \"v5\"; did you mean \"v4\"? There are: v4, v6");
  EXPECT_EQ(wrong([](Block& b) { b.options = ""; }),
            "unknown options \"\". There are: covered, omitted");
  EXPECT_EQ(wrong([](Block& b) { b.choice = "pareto"; }),
            "unknown choice \"pareto\". There are: uniform, zipf");
  EXPECT_EQ(wrong([](Block& b) { b.key = "cooked"; }),
            "unknown key \"cooked\". There are: raw, prepared");
  EXPECT_EQ(wrong([](Block& b) { b.heap = "old"; }),
            "unknown heap \"old\". There are: fresh, aged");
  EXPECT_EQ(wrong([](Block& b) { b.allocator = "hoard"; }),
            "unknown allocator \"hoard\". There are: glibc, jemalloc, mimalloc, tcmalloc");
  EXPECT_EQ(wrong([](Block& b) { b.openssl = "own"; }),
            "unknown openssl \"own\". There are: shared, percpu");
  EXPECT_EQ(wrong([](Block& b) { b.sockets = 0; }),
            "sockets: \"0\" is not an integer from 1 to 4000000");
  EXPECT_EQ(wrong([](Block& b) { b.ring = 65'537; }),
            "ring: \"65537\" is not an integer from 1 to 65536");
  EXPECT_EQ(wrong([](Block& b) { b.churn_percent = 100.5; }),
            "churn_percent: \"100.5\" is not a percentage from 0 to 100");
  EXPECT_EQ(
      wrong([](Block& b) { b.cache = "tepid"; }),
      "cache: \"tepid\" is none of \"warm\", \"cold\", and \"polluted:KIB\" with KIB from 1 to "
      "1048576");
  EXPECT_EQ(wrong([](Block& b) { b.cache = "polluted:064"; }),
            "cache: \"polluted:064\" must be written polluted:64");
  EXPECT_EQ(wrong([](Block& b) { b.load = "100%"; }),
            "load: \"100%\" is neither \"closed\" nor \"N%\" with N from 1 to 99");
  EXPECT_EQ(wrong([](Block& b) { b.scratch = "64+"; }),
            "scratch: \"64+\" is neither \"own\" nor bytes from 1 to 1048576, joined by '+'");
  EXPECT_EQ(wrong([](Block& b) { b.workload = "sctp/mtu"; }).substr(0, 34),
            "workload: unknown protocol \"sctp\".");
  EXPECT_EQ(wrong([](Block& b) { b.faults = {.kth = 1, .gfp = "kernel"}; }),
            "faults: \"gfp=kernel\": gfp must be \"atomic\" or \"any\"");
}

TEST(WrongAxisValue, TheProvidersAreNotAsked) {
  EXPECT_EQ(wrong([](Block& b) { b.provider = "bearssl"; }), "");
  EXPECT_EQ(wrong([](Block& b) { b.algorithm = "rot13"; }), "");
}

}  // namespace
}  // namespace tfm::bench::test
