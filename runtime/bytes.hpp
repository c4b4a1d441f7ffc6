// SPDX-License-Identifier: MIT
// Big-endian loads and stores, hex, and the comparison that takes the same time for any difference.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tfm {

static_assert(std::endian::native == std::endian::little,
              "the loads and stores below swap the bytes of the machine's words");

inline std::uint16_t load_be16(const std::uint8_t* p) noexcept {
  return static_cast<std::uint16_t>(p[0] << 8 | p[1]);
}
inline std::uint32_t load_be32(const std::uint8_t* p) noexcept {
  std::uint32_t v;
  std::memcpy(&v, p, 4);
  return __builtin_bswap32(v);
}
inline void store_be16(std::uint8_t* p, std::uint16_t v) noexcept {
  v = __builtin_bswap16(v);
  std::memcpy(p, &v, 2);
}
inline void store_be32(std::uint8_t* p, std::uint32_t v) noexcept {
  v = __builtin_bswap32(v);
  std::memcpy(p, &v, 4);
}

/// Equal, without a branch on the content, a word at a time (crypto_memneq). Of different lengths:
/// not equal.
inline bool equal_constant_time(std::span<const std::uint8_t> a,
                                std::span<const std::uint8_t> b) noexcept {
  if (a.size() != b.size()) return false;
  std::uint64_t differ = 0;
  std::size_t i = 0;
  const auto compare = [&]<class Word>(Word) {
    for (; a.size() - i >= sizeof(Word); i += sizeof(Word)) {
      Word x;
      Word y;
      std::memcpy(&x, a.data() + i, sizeof x);
      std::memcpy(&y, b.data() + i, sizeof y);
      differ |= x ^ y;
    }
  };
  compare(std::uint64_t{});
  compare(std::uint32_t{});
  compare(std::uint8_t{});
  return differ == 0;
}

/// Lower-case hex of `bytes`, and back; nothing if `hex` is not an even number of hex digits.
std::string to_hex(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view hex);

}  // namespace tfm
