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

TEST(Memory, ZeroesWhatItIsGivenAndNoMore) {
  for (std::size_t offset = 0; offset < 8; ++offset) {
    for (std::size_t bytes = 0; bytes <= most - offset; ++bytes) {
      auto memory = pattern(3), expected = memory;
      std::fill_n(expected.begin() + margin + offset, bytes, std::uint8_t{0});
      zero(memory.data() + margin + offset, bytes);
      ASSERT_EQ(memory, expected) << bytes << " bytes at " << offset;
    }
  }
}

TEST(Memory, CopiesWhatItIsGivenAndNoMore) {
  const auto from = pattern(100);
  for (std::size_t offset = 0; offset < 8; ++offset) {
    for (std::size_t bytes = 0; bytes <= most - offset; ++bytes) {
      auto memory = pattern(3), expected = memory;
      std::copy_n(from.begin() + 5, bytes, expected.begin() + margin + offset);
      copy(memory.data() + margin + offset, from.data() + 5, bytes);
      ASSERT_EQ(memory, expected) << bytes << " bytes at " << offset;
    }
  }
}

}  // namespace
}  // namespace tfm::library::test
