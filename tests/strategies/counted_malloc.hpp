// SPDX-License-Identifier: MIT
// A count of memory that is independent of gfp. It replaces malloc and operator new in the
// executable that links it, and calls glibc's.
#pragma once

#include <cstdint>

namespace tfm::test {

/// The function that memory was asked from.
enum class Door {
  malloc,        ///< malloc(), realloc()
  operator_new,  ///< all forms
  other,         ///< calloc(), which new threads use, and aligned allocation
};

struct Witness {
  std::uint64_t bytes = 0;        ///< live, as requested
  std::uint64_t chunk_bytes = 0;  ///< live, from the size fields before the blocks
  std::uint64_t blocks = 0;       ///< live
  std::uint64_t calls = 0;        ///< allocations so far
  bool operator==(const Witness&) const = default;
};
Witness witness(Door door) noexcept;

}  // namespace tfm::test
