// SPDX-License-Identifier: MIT
// Which lines are flushed, that their bytes stay, and that they are in no cache.
#include "bench/machine/cache_lines.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "bench/machine/clock.hpp"
#include "runtime/rng.hpp"

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

// The C library asks in another way than we do.
TEST_F(CacheLines, AreAsLongAsTheCLibrarySays) {
  const long said = sysconf(_SC_LEVEL1_DCACHE_LINESIZE);
  if (said <= 0) GTEST_SKIP() << "it does not know";
  EXPECT_EQ(line_, static_cast<std::size_t>(said));
}

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

TEST_F(CacheLines, EachByItsFirstByte) {
  const Bytes blocks[] = {block(0, 1), block(2 * line_ - 1, 2), block(5 * line_ + 7, line_)};
  std::vector<std::size_t> lines;
  const auto begin = reinterpret_cast<std::uintptr_t>(block(0, 1).data());
  for_each_line(blocks, line_, [&](std::uintptr_t at) { lines.push_back(at - begin); });
  for (std::size_t& line : lines) {
    EXPECT_EQ(line % line_, 0U);
    line /= line_;
  }
  EXPECT_EQ(lines, (std::vector<std::size_t>{0, 1, 2, 5, 6}));
}

/// Instructions that only note what they were asked for.
struct Noted {
  std::size_t bytes;
  std::vector<std::string>& asked;

  void flush(std::uintptr_t) const { asked.emplace_back("flush"); }
  void wait() const { asked.emplace_back("wait"); }
};

// A flush may still be under way when its instruction is done: a stamp must come behind all.
TEST_F(CacheLines, AreWaitedForOnceTheLastWasFlushed) {
  std::vector<std::string> asked;
  const Bytes blocks[] = {block(0, line_), block(3 * line_, line_ + 1)};
  EXPECT_EQ(flush_lines_by(Noted{line_, asked}, blocks), 3U);
  EXPECT_EQ(asked, (std::vector<std::string>{"flush", "flush", "flush", "wait"}));
}

TEST_F(CacheLines, LosesNoByteThatWasWritten) {
  std::iota(memory_.begin(), memory_.end(), std::uint8_t{1});
  const std::vector<std::uint8_t> before = memory_;
  flush({memory_});
  EXPECT_EQ(memory_, before);
}

/// Nodes in lines of their own, each with the index of the next in a random order.
class Chain {
 public:
  explicit Chain(std::size_t line_bytes) : stride_(4 * line_bytes / sizeof(std::size_t)) {
    std::vector<std::size_t> order(nodes);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Rng rng(1);
    for (std::size_t i = nodes - 1; i > 0; --i) {
      std::swap(order[i], order[rng.below(static_cast<std::uint32_t>(i + 1))]);
    }
    memory_.resize(nodes * stride_);
    for (std::size_t i = 0; i < nodes; ++i) {
      memory_[order[i] * stride_] = order[(i + 1) % nodes] * stride_;
    }
  }

  Bytes block() const {
    return {reinterpret_cast<const std::uint8_t*>(memory_.data()),
            memory_.size() * sizeof memory_[0]};
  }
  /// Ticks from the first node to the last: each load waits for the one before.
  std::uint64_t walk() const {
    volatile std::size_t at = 0;
    const std::uint64_t begin = stamp();
    for (std::size_t i = 0; i < nodes; ++i) at = memory_[at];
    return stamp() - begin;
  }

 private:
  static constexpr std::size_t nodes = 256;
  std::size_t stride_;
  std::vector<std::size_t> memory_;
};

using FlushedLines = CacheLines;

// A flush that does nothing shows only in time. From memory a line takes ten times as long as from
// a cache, so a factor of two is far from both.
TEST_F(FlushedLines, AreInNoCache) {
  const Chain chain(line_);
  std::uint64_t cached = UINT64_MAX, flushed = UINT64_MAX;
  for (int i = 0; i < 10; ++i) {
    chain.walk();
    cached = std::min(cached, chain.walk());
    flush({chain.block()});
    flushed = std::min(flushed, chain.walk());
  }
  EXPECT_GT(flushed, 2 * cached);
}

}  // namespace
}  // namespace tfm::bench::test
