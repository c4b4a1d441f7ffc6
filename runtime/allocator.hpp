// SPDX-License-Identifier: MIT
// The allocators behind gfp: glibc's malloc, and a jemalloc, a mimalloc and a tcmalloc that live
// beside it. Each is a table of functions, so that gfp can change what it draws on.
#pragma once

#include <cstddef>

#include "runtime/gfp.hpp"

namespace tfm {

/// What an allocator does. All functions but statistics() are what gfp.hpp says of theirs.
struct AllocatorFunctions {
  void* (*alloc)(std::size_t bytes, Gfp gfp) noexcept;
  void* (*realloc)(void* block, std::size_t bytes, Gfp gfp) noexcept;
  void (*free)(void* block) noexcept;  ///< nullptr is allowed
  /// Bytes that a live block takes from the allocator: rounded up, with a header if it has one. The
  /// same from the block's allocation to its end.
  std::size_t (*footprint)(const void* block) noexcept;
  AllocatorStatistics (*statistics)() noexcept;
};

extern const AllocatorFunctions glibc_allocator;
extern const AllocatorFunctions jemalloc_allocator;
extern const AllocatorFunctions mimalloc_allocator;  ///< once mimalloc_version() is not 0
extern const AllocatorFunctions tcmalloc_allocator;  ///< once tcmalloc_version() is not 0

/// What jemalloc, mimalloc and tcmalloc are asked for: they align to 16 from 16 bytes on, and
/// mallocx(0) is undefined.
constexpr std::size_t at_least_16(std::size_t bytes) noexcept { return bytes < 16 ? 16 : bytes; }

/// 209 is 2.0.9. 0: the library is not installed here.
int mimalloc_version() noexcept;
/// 210 is 2.10. 0: the library is not installed here.
int tcmalloc_version() noexcept;

/// What gfp draws on now, in both links. Changed only while nobody allocates.
extern const AllocatorFunctions* gfp_allocator;

}  // namespace tfm
