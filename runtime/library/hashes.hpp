// SPDX-License-Identifier: MIT
// What the library's hash functions differ in: words, constants, the function for whole blocks.
//
// The functions for blocks do what x86's do around their assembly (lib/crypto/x86/sha1.h, sha256.h,
// sha512.h of Linux 7.3): one section for vector registers in each call, however many blocks it
// has. The blocks themselves are nettle's. md5 is plain C in the kernel and has no section.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/bytes.hpp"

namespace tfm::library {

/// How many bytes were hashed. In bits it ends the message, in the last bytes of a block.
struct Count64 {
  std::uint64_t low;

  static constexpr std::size_t length_bytes = 8;
  void add(std::size_t bytes) noexcept { low += bytes; }
  void put_bits(std::uint8_t* to) const noexcept { store_be64(to, low << 3); }
};
struct Count128 {
  std::uint64_t low, high;

  static constexpr std::size_t length_bytes = 16;
  void add(std::size_t bytes) noexcept {
    low += bytes;
    if (low < bytes) ++high;
  }
  void put_bits(std::uint8_t* to) const noexcept {
    store_be64(to, high << 3 | low >> 61);
    store_be64(to + 8, low << 3);
  }
};
/// md5's, little-endian.
struct LittleCount64 : Count64 {
  void put_bits(std::uint8_t* to) const noexcept { store_be64(to, __builtin_bswap64(low << 3)); }
};

inline void put_word(std::uint8_t* to, std::uint32_t word) noexcept { store_be32(to, word); }
inline void put_word(std::uint8_t* to, std::uint64_t word) noexcept { store_be64(to, word); }

// first: the chaining value before any block (FIPS 180-4 §5.3, RFC 1321 §3.3).
// blocks(): `count` whole blocks, at least one.

struct Sha1 {
  using Word = std::uint32_t;
  using Count = Count64;
  static constexpr std::size_t words = 5, block_bytes = 64, digest_bytes = 20;
  static constexpr Word first[words] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  static void blocks(Word* chain, const std::uint8_t* data, std::size_t count) noexcept;
  static void put(std::uint8_t* to, Word word) noexcept { put_word(to, word); }
};

struct Sha256 {
  using Word = std::uint32_t;
  using Count = Count64;
  static constexpr std::size_t words = 8, block_bytes = 64, digest_bytes = 32;
  static constexpr Word first[words] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  static void blocks(Word* chain, const std::uint8_t* data, std::size_t count) noexcept;
  static void put(std::uint8_t* to, Word word) noexcept { put_word(to, word); }
};

struct Sha512 {
  using Word = std::uint64_t;
  using Count = Count128;
  static constexpr std::size_t words = 8, block_bytes = 128, digest_bytes = 64;
  static constexpr Word first[words] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                        0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                        0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
  static void blocks(Word* chain, const std::uint8_t* data, std::size_t count) noexcept;
  static void put(std::uint8_t* to, Word word) noexcept { put_word(to, word); }
};

struct Md5 {
  using Word = std::uint32_t;
  using Count = LittleCount64;
  static constexpr std::size_t words = 4, block_bytes = 64, digest_bytes = 16;
  static constexpr Word first[words] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  static void blocks(Word* chain, const std::uint8_t* data, std::size_t count) noexcept;
  static void put(std::uint8_t* to, Word word) noexcept { put_word(to, __builtin_bswap32(word)); }
};

}  // namespace tfm::library
