// SPDX-License-Identifier: MIT
// memset() and memcpy() of a length that the compiler does not know, as the kernel has them for a
// processor without fast short `rep`, which that of the lane `counted` is: memset_orig()
// (arch/x86/lib/memset_64.S) and memcpy_orig() (memcpy_64.S). Words of 8 bytes in general
// registers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tfm::library {

void zero(std::uint8_t* to, std::size_t bytes) noexcept;
void copy(std::uint8_t* to, const std::uint8_t* from, std::size_t bytes) noexcept;

/// memzero_explicit() of an object: its length is known, so the compiler writes it out.
template <class T>
inline void zero_explicit(T& object) noexcept {
  __builtin_memset(&object, 0, sizeof object);
  asm volatile("" : : "r"(&object) : "memory");
}

}  // namespace tfm::library
