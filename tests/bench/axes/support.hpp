// SPDX-License-Identifier: MIT
// Blocks for the tests of the table.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "bench/axes/axis.hpp"

namespace tfm::bench::test {

/// A block as a matrix could ask for it.
inline Block a_block() {
  Block block;
  block.workload = "tcp_ao/bgp_update";
  block.algorithm = "hmac(sha1)";
  return block;
}

/// A value of the axis that is not its default.
inline std::string unusual_value(const Axis& axis) {
  const std::string usual = axis.get(Block{});
  if (axis.name == "workload") return "tcp_ao/mtu";
  if (axis.name == "cache") return "polluted:64";
  if (axis.name == "load") return "50%";
  if (axis.name == "scratch") return "64";
  if (axis.name == "faults") return "kth=1";
  if (axis.type() != AxisType::text) {
    return std::to_string(usual == std::to_string(axis.least) ? axis.most : axis.least);
  }
  const std::vector<std::string> words = axis.value_words();
  return *std::find_if(words.begin(), words.end(), [&](const auto& word) { return word != usual; });
}

/// Sets the axis of that name. An invalid value fails the test.
inline void set(Block& block, std::string_view axis, std::string_view value) {
  const auto outcome = find_axis(axis)->set(block, value);
  EXPECT_TRUE(outcome) << axis << ": " << outcome.error();
}

}  // namespace tfm::bench::test
