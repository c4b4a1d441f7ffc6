// SPDX-License-Identifier: MIT
// Lists of cores as text, also beyond 1,024.
#include "bench/machine/core_list.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace tfm::bench {
namespace {

TEST(CoreList, KeepsTheOrderOfTheText) {
  EXPECT_EQ(parse_core_list("3"), std::vector<unsigned>{3});
  EXPECT_EQ(parse_core_list("8,0-2,5"), (std::vector<unsigned>{8, 0, 1, 2, 5}));
  EXPECT_EQ(core_list_text(*parse_core_list("8,0-2,5")), "8,0-2,5");
  EXPECT_EQ(core_list_text(std::vector<unsigned>{3, 2, 1}), "3,2,1");
  EXPECT_EQ(core_list_text({}), "");
}

TEST(CoreList, HasMoreThanACpuSet) {
  std::vector<unsigned> all(2048);
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(parse_core_list("0-2047"), all);
  EXPECT_EQ(core_list_text(all), "0-2047");
}

TEST(CoreList, ABadTextIsRefused) {
  for (const char* text : {"", "x", "0-", "-1", "1-0", "0,,1", "0 ", "1-2-3", "0-1048576"}) {
    const auto cores = parse_core_list(text);
    ASSERT_FALSE(cores) << text;
    EXPECT_EQ(cores.error(), "must be a list of cores such as 0,1 or 0-1") << text;
  }
  for (const char* text : {"5,5", "0-9,5"}) {
    const auto cores = parse_core_list(text);
    ASSERT_FALSE(cores) << text;
    EXPECT_EQ(cores.error(), "names core 5 twice");
  }
}

}  // namespace
}  // namespace tfm::bench
