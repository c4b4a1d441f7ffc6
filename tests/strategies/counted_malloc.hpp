// SPDX-License-Identifier: MIT
// A count of memory that knows nothing of gfp: it stands in front of glibc's malloc and of operator
// new in the executable that links it.
#pragma once

#include <cstdint>

namespace tfm::test {

/// By which door memory was asked for.
enum class Door {
  malloc,        ///< malloc(), realloc()
  operator_new,  ///< all forms
  other,         ///< calloc(), which new threads use, and aligned allocation
};

struct Witness {
  std::uint64_t bytes = 0;        ///< live, as requested
  std::uint64_t chunk_bytes = 0;  ///< live, as the size fields in front of the blocks say
  std::uint64_t blocks = 0;       ///< live
  std::uint64_t calls = 0;        ///< allocations so far
  bool operator==(const Witness&) const = default;
};
Witness witness(Door door) noexcept;

}  // namespace tfm::test
