// SPDX-License-Identifier: MIT
// Every length and alignment, and no byte beyond.
#include "runtime/library/memory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace tfm::library::test {
namespace {

constexpr std::size_t most = 200, margin = 16;

std::vector<std::uint8_t> pattern(std::uint8_t first) {
  std::vector<std::uint8_t> bytes(margin + most + margin);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(first + 7 * i) | 1;
  }
  return bytes;
}

TEST(Memory, SetsWhatItIsGivenAndNoMore) {
  for (std::size_t offset = 0; offset < 8; ++offset) {
    for (std::size_t bytes = 0; bytes <= most - offset; ++bytes) {
      auto memory = pattern(3), expected = memory;
      std::fill_n(expected.begin() + margin + offset, bytes, std::uint8_t{0x9a});
      std::uint8_t* const at = memory.data() + margin + offset;
      ASSERT_EQ(set(at, 0x9a, bytes), at);
      ASSERT_EQ(memory, expected) << bytes << " bytes at " << offset;
    }
  }
}

// The source lies where its address's lowest byte is less than the target's, and where it is more:
// a copy goes backward and forward.
TEST(Memory, CopiesWhatItIsGivenAndNoMore) {
  const auto bytes_of = pattern(100);
  alignas(256) std::uint8_t from[64 + most], memory[64 + most];
  for (const std::size_t source : {0, 5, 57}) {
    for (std::size_t offset = 16; offset < 32; ++offset) {
      for (std::size_t bytes = 0; bytes <= most; ++bytes) {
        std::vector<std::uint8_t> expected(sizeof memory, 0x77);
        std::copy_n(bytes_of.begin(), bytes, expected.begin() + static_cast<long>(offset));
        std::fill_n(memory, sizeof memory, std::uint8_t{0x77});
        std::copy_n(bytes_of.begin(), bytes, from + source);
        ASSERT_EQ(copy(memory + offset, from + source, bytes), memory + offset);
        ASSERT_TRUE(std::equal(expected.begin(), expected.end(), memory))
            << bytes << " bytes from " << source << " to " << offset;
      }
    }
  }
}

// Where source and target overlap, the direction shows: the kernel's memcpy() decides by the lowest
// bytes of the addresses, as signed ones.
TEST(Memory, CopiesBackwardIfTheSourceLiesLower) {
  alignas(256) std::uint8_t memory[512];
  const auto text = pattern(9);
  const auto moved = [&](std::size_t to, std::size_t from) {
    std::copy_n(text.begin(), 96, memory + from);
    copy(memory + to, memory + from, 96);
    return std::equal(text.begin(), text.begin() + 96, memory + to);
  };
  EXPECT_TRUE(moved(8, 0)) << "from the end";
  EXPECT_TRUE(moved(0, 8)) << "from the begin";
  EXPECT_FALSE(moved(128, 120)) << "a signed byte is less beyond 127";
}

TEST(Memory, TakesTheExclusiveOrOfWhatItIsGivenAndNoMore) {
  const auto with = pattern(100);
  for (std::size_t bytes = 0; bytes <= 40; ++bytes) {
    auto memory = pattern(3), expected = memory;
    for (std::size_t i = 0; i < bytes; ++i) expected[margin + i] ^= with[5 + i];
    exclusive_or(memory.data() + margin, with.data() + 5, bytes);
    ASSERT_EQ(memory, expected) << bytes << " bytes";
  }
}

}  // namespace
}  // namespace tfm::library::test
