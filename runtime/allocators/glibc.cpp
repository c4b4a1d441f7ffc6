// SPDX-License-Identifier: MIT
#include <malloc.h>

#include <cstdlib>

#include "runtime/allocator.hpp"

namespace tfm {
namespace {

// A chunk is the block and its size field of 8 bytes, rounded up to 16 (malloc/malloc.c, "request
// to chunk"). A chunk with its own mapping has 8 bytes more, for which its last page has room.
std::size_t footprint(const void* block) noexcept {
  constexpr std::size_t size_field = 8, alignment = 16;
  const std::size_t usable = malloc_usable_size(const_cast<void*>(block));
  return (usable + size_field + alignment - 1) & ~(alignment - 1);
}

}  // namespace

constexpr AllocatorFunctions glibc_allocator{
    .alloc = [](std::size_t bytes, Gfp) noexcept { return std::malloc(bytes); },
    .realloc = [](void* block, std::size_t bytes,
                  Gfp) noexcept { return std::realloc(block, bytes); },
    .free = [](void* block) noexcept { std::free(block); },
    .footprint = footprint,
    // For all arenas. mallinfo2() counts free chunks in the threads' caches as live.
    .statistics =
        []() noexcept {
          const struct mallinfo2 info = mallinfo2();
          return AllocatorStatistics{.live_bytes = info.uordblks + info.hblkhd,
                                     .resident_bytes = info.arena + info.hblkhd};
        },
};

}  // namespace tfm
