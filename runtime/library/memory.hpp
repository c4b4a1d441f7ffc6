// SPDX-License-Identifier: MIT
// memset() and memcpy() of a length that the compiler does not know, as the kernel has them for a
// processor without fast short `rep`, which that of the lane `counted` is: memset_orig()
// (arch/x86/lib/memset_64.S) and memcpy_orig() (memcpy_64.S), the same in 6.12 and 7.3. Words of 8
// bytes in general registers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tfm::library {

/// Returns `to`, as memset() does.
std::uint8_t* set(std::uint8_t* to, std::uint8_t byte, std::size_t bytes) noexcept;
/// Returns `to`, as memcpy() does.
std::uint8_t* copy(std::uint8_t* to, const std::uint8_t* from, std::size_t bytes) noexcept;

template <class Word>
inline void exclusive_or_word(std::uint8_t* to, const std::uint8_t* with) noexcept {
  Word a, b;
  __builtin_memcpy(&a, to, sizeof a);
  __builtin_memcpy(&b, with, sizeof b);
  a ^= b;
  __builtin_memcpy(to, &a, sizeof a);
}
/// __crypto_xor() (lib/crypto/utils.c): of a length that the compiler does not know.
void exclusive_or(std::uint8_t* to, const std::uint8_t* with, std::size_t bytes) noexcept;

/// memzero_explicit() of an object: its length is known, so the compiler writes it out.
template <class T>
inline void zero_explicit(T& object) noexcept {
  __builtin_memset(&object, 0, sizeof object);
  asm volatile("" : : "r"(&object) : "memory");
}

}  // namespace tfm::library
