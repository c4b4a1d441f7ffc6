// SPDX-License-Identifier: MIT
// jemalloc's non-standard interface (jemalloc(3)), from the private copy that
// cmake/private_jemalloc.cmake makes; its own header would declare a malloc as well.
#pragma once

#include <cstddef>

namespace tfm {

/// extent_hooks_t. What is nullptr is not done: extents are then neither split nor merged, and
/// never purged while mapped.
struct ExtentHooks {
  /// nullptr: refused.
  void* (*alloc)(ExtentHooks*, void* at, std::size_t bytes, std::size_t alignment, bool* zero,
                 bool* commit, unsigned arena);
  /// False: done.
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
