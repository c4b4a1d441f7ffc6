// SPDX-License-Identifier: MIT
// Which lines are flushed, and that their bytes stay. (Only a clock would show that a line is in no
// cache.)
#include "bench/machine/cache_lines.hpp"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <vector>

namespace tfm::bench::test {
namespace {

class CacheLines : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!flushes_cache_lines) GTEST_SKIP() << "this architecture has no such instruction";
    line_ = flushed_line_bytes();
  }
  static std::uint64_t flush(const std::vector<Bytes>& blocks) { return flush_cache_lines(blocks); }

  /// `bytes` that begin `at` bytes into a line.
  Bytes block(std::size_t at, std::size_t bytes) const {
    const auto begin = reinterpret_cast<std::uintptr_t>(memory_.data());
    return {memory_.data() + (line_ - begin % line_) % line_ + at, bytes};
  }

  std::size_t line_ = 0;
  std::vector<std::uint8_t> memory_ = std::vector<std::uint8_t>(4096);
};

TEST_F(CacheLines, EveryLineThatABlockTouchesIsFlushed) {
  EXPECT_EQ(flush({block(0, line_)}), 1U);
  EXPECT_EQ(flush({block(0, 1)}), 1U);
  EXPECT_EQ(flush({block(line_ - 1, 1)}), 1U);
  EXPECT_EQ(flush({block(line_ - 1, 2)}), 2U);
  EXPECT_EQ(flush({block(0, line_ + 1)}), 2U);
  EXPECT_EQ(flush({block(1, 10 * line_)}), 11U);
}

TEST_F(CacheLines, OfAllBlocks) {
  EXPECT_EQ(flush({block(0, 1), block(1, 1), block(3 * line_, 2 * line_)}), 4U);
  EXPECT_EQ(flush({}), 0U);
  EXPECT_EQ(flush({{}, block(5, 0)}), 0U);
}

TEST_F(CacheLines, LosesNoByteThatWasWritten) {
  std::iota(memory_.begin(), memory_.end(), std::uint8_t{1});
  const std::vector<std::uint8_t> before = memory_;
  flush({memory_});
  EXPECT_EQ(memory_, before);
}

}  // namespace
}  // namespace tfm::bench::test
