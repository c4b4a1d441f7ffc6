// SPDX-License-Identifier: MIT
// The committed files match the table.
#include <gtest/gtest.h>

#include "bench/axes/axes_files.hpp"
#include "bench/axes/axes_tables.hpp"
#include "bench/result_file.hpp"
#include "bench/words.hpp"

namespace tfm::bench {
namespace {

/// The first line of `right` that is missing in `text`. The whole difference would fill pages.
std::string first_difference(const std::string& text, const std::string& right) {
  if (text == right) return {};
  const std::vector<std::string> here = split(text, '\n');
  const std::vector<std::string> there = split(right, '\n');
  for (std::size_t i = 0; i < there.size(); ++i) {
    if (i >= here.size() || here[i] != there[i]) return there[i] + "\n";
  }
  return "fewer lines";
}

TEST(AxesFiles, MatchTheTable) {
  const auto files = axes_files(TFM_SOURCE_DIR);
  ASSERT_TRUE(files) << files.error();
  ASSERT_EQ(files->size(), 2U);
  for (const AxesFile& file : *files) {
    const auto committed = read_whole(file.path);
    ASSERT_TRUE(committed) << committed.error();
    EXPECT_EQ(first_difference(*committed, file.text), "")
        << file.path << " does not match bench/axes/axes.def: build the target axes_files";
  }
}

TEST(AxesFiles, ATableNeedsItsPlace) {
  const auto nowhere = with_axes_tables("# Matrices\n");
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error(),
            "there is no line <!-- axes_files: axes without a default --> with "
            "<!-- axes_files: end --> after it");
  const auto missing = axes_files("/nowhere");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().find("/nowhere/docs/matrices.md"), std::string::npos);
}

}  // namespace
}  // namespace tfm::bench
