// SPDX-License-Identifier: MIT
// jemalloc's non-standard interface (jemalloc(3)), from the private copy that
// cmake/private_jemalloc.cmake makes. jemalloc's own header would also declare malloc().
#pragma once

#include <cstddef>

namespace tfm {

/// extent_hooks_t. jemalloc does not do what is nullptr here: it does not split or merge extents,
/// and does not purge them while they are mapped.
struct ExtentHooks {
  /// nullptr: refused.
  void* (*alloc)(ExtentHooks*, void* at, std::size_t bytes, std::size_t alignment, bool* zero,
                 bool* commit, unsigned arena);
  /// Returns false on success.
  bool (*dalloc)(ExtentHooks*, void* memory, std::size_t bytes, bool committed, unsigned arena);
  void (*destroy)(ExtentHooks*, void* memory, std::size_t bytes, bool committed, unsigned arena);
  void* commit = nullptr;
  void* decommit = nullptr;
  void* purge_lazy = nullptr;
  void* purge_forced = nullptr;
  void* split = nullptr;
  void* merge = nullptr;
};

/// MALLOCX_ARENA(arena) and MALLOCX_TCACHE_NONE, flags of mallocx() and its like.
constexpr int jemalloc_in_arena(unsigned arena) { return static_cast<int>((arena + 1) << 20); }
inline constexpr int jemalloc_without_cache = 1 << 8;

extern "C" {
void* mallocx(std::size_t bytes, int flags);
void* rallocx(void* block, std::size_t bytes, int flags);
void dallocx(void* block, int flags);
std::size_t sallocx(const void* block, int flags);
std::size_t nallocx(std::size_t bytes, int flags);
int mallctl(const char* name, void* old, std::size_t* old_bytes, void* fresh,
            std::size_t fresh_bytes);
}

}  // namespace tfm
