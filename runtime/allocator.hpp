// SPDX-License-Identifier: MIT
// The allocators behind gfp: glibc's malloc, and beside it jemalloc, mimalloc and tcmalloc. Each is
// a table of functions, so that gfp can change its allocator.
#pragma once

#include <cstddef>

#include "runtime/gfp.hpp"

namespace tfm {

/// An allocator's functions. All except footprint() and statistics() follow the contract of their
/// namesakes in gfp.hpp.
struct AllocatorFunctions {
  void* (*alloc)(std::size_t bytes, Gfp gfp) noexcept;
  void* (*realloc)(void* block, std::size_t bytes, Gfp gfp) noexcept;
  void (*free)(void* block) noexcept;  ///< nullptr is allowed
  /// Bytes that a live block takes from the allocator: rounded up, with its header if it has one.
  /// The number never changes while the block is live.
  std::size_t (*footprint)(const void* block) noexcept;
  AllocatorStatistics (*statistics)() noexcept;
};

extern const AllocatorFunctions glibc_allocator;
extern const AllocatorFunctions jemalloc_allocator;
extern const AllocatorFunctions mimalloc_allocator;  ///< valid if mimalloc_version() is not 0
extern const AllocatorFunctions tcmalloc_allocator;  ///< valid if tcmalloc_version() is not 0

/// The size to ask jemalloc, mimalloc and tcmalloc for. They align to 16 from 16 bytes on, and
/// mallocx(0) is undefined.
constexpr std::size_t at_least_16(std::size_t bytes) noexcept { return bytes < 16 ? 16 : bytes; }

/// 209 is 2.0.9. 0: the library is not installed here.
int mimalloc_version() noexcept;
/// 210 is 2.10. 0: the library is not installed here.
int tcmalloc_version() noexcept;

/// jemalloc keeps all that is freed from now on. Else it returns it to the system within about ten
/// seconds, piece by piece, and the huge page below it is broken up. Call before threads begin.
void jemalloc_keep_memory() noexcept;

/// The allocator that gfp uses now, in both links. Change it only while no thread allocates.
extern const AllocatorFunctions* gfp_allocator;

}  // namespace tfm
