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

inline std::uint64_t load_be64(const std::uint8_t* p) noexcept {
  std::uint64_t v;
  std::memcpy(&v, p, 8);
  return __builtin_bswap64(v);
}
inline void store_be64(std::uint8_t* p, std::uint64_t v) noexcept {
  v = __builtin_bswap64(v);
  std::memcpy(p, &v, 8);
}

/// Compares a word at a time, without a branch on the content (crypto_memneq). False if the lengths
/// differ.
inline bool equal_constant_time(std::span<const std::uint8_t> a,
                                std::span<const std::uint8_t> b) noexcept {
  if (a.size() != b.size()) return false;
  const std::uint8_t* x = a.data();
  const std::uint8_t* y = b.data();
  std::uint64_t differ = 0;
  std::size_t left = a.size();
  for (; left >= 8; left -= 8, x += 8, y += 8) differ |= load_be64(x) ^ load_be64(y);
  for (; left >= 4; left -= 4, x += 4, y += 4) differ |= load_be32(x) ^ load_be32(y);
  for (; left > 0; --left, ++x, ++y) differ |= static_cast<std::uint64_t>(*x ^ *y);
  return differ == 0;
}

/// Zeroes memory in a way that the compiler cannot remove. Out of line because g++ takes a request
/// at the front of a buffer for the whole buffer, and warns.
void memzero_explicit(void* memory, std::size_t bytes) noexcept;

/// The memory of an object.
template <class T>
std::span<const std::uint8_t> memory_of(const T& object) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(&object), sizeof object};
}

/// Lower-case hex of `bytes`, and back. from_hex() returns nothing if `hex` is not an even number
/// of hex digits.
std::string to_hex(std::span<const std::uint8_t> bytes);
std::optional<std::vector<std::uint8_t>> from_hex(std::string_view hex);

}  // namespace tfm
