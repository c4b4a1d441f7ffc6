// SPDX-License-Identifier: MIT
// Debian has mimalloc only as a shared library, which defines malloc() too. Opened late with
// RTLD_LOCAL, it replaces nothing. (Opening it late works because it has only 9 bytes of
// thread-local memory.)
#include <dlfcn.h>

#include "runtime/allocator.hpp"
#include "runtime/allocators/library.hpp"

namespace tfm {
namespace {

// From mimalloc.h of version 2, which need not be installed.
struct Area {
  void* blocks;
  std::size_t reserved_bytes, committed_bytes;
  std::size_t used;  ///< live blocks
  std::size_t block_bytes, full_block_bytes;
};
using Visitor = bool(const void* heap, const Area* area, void* block, std::size_t bytes,
                     void* argument);

struct Library {
  void* (*malloc)(std::size_t);
  void* (*realloc)(void*, std::size_t);
  void (*free)(void*);
  std::size_t (*usable_size)(const void*);
  void* (*heap_get_default)();
  void (*heap_collect)(void* heap, bool force);
  bool (*heap_visit_blocks)(const void* heap, bool all_blocks, Visitor*, void* argument);
  int (*version)();
};
constinit Library mimalloc{};

// For this thread's heap only: mimalloc does not report other threads' heaps. Resident are the
// areas with blocks, up to the last block ever handed out. Areas that it keeps empty for later show
// only in the RSS. Blocks that other threads freed count as live until the heap collects them.
AllocatorStatistics statistics() noexcept {
  mimalloc.heap_collect(mimalloc.heap_get_default(), false);
  AllocatorStatistics sum;
  mimalloc.heap_visit_blocks(
      mimalloc.heap_get_default(), false,
      [](const void*, const Area* area, void*, std::size_t, void* to) {
        auto& all = *static_cast<AllocatorStatistics*>(to);
        all.live_bytes += area->used * area->full_block_bytes;
        all.resident_bytes += area->committed_bytes;
        return true;
      },
      &sum);
  return sum;
}

}  // namespace

constexpr AllocatorFunctions mimalloc_allocator{
    .alloc = [](std::size_t bytes, Gfp) noexcept { return mimalloc.malloc(at_least_16(bytes)); },
    .realloc = [](void* block, std::size_t bytes,
                  Gfp) noexcept { return mimalloc.realloc(block, at_least_16(bytes)); },
    .free = [](void* block) noexcept { mimalloc.free(block); },
    .footprint = [](const void* block) noexcept { return mimalloc.usable_size(block); },
    .statistics = statistics,
};

int mimalloc_version() noexcept {
  static const bool found = [] {
    void* library = dlopen("libmimalloc.so.2", RTLD_NOW | RTLD_LOCAL);
    return library != nullptr && find(library, "mi_malloc", mimalloc.malloc) &&
           find(library, "mi_realloc", mimalloc.realloc) &&
           find(library, "mi_free", mimalloc.free) &&
           find(library, "mi_usable_size", mimalloc.usable_size) &&
           find(library, "mi_heap_get_default", mimalloc.heap_get_default) &&
           find(library, "mi_heap_collect", mimalloc.heap_collect) &&
           find(library, "mi_heap_visit_blocks", mimalloc.heap_visit_blocks) &&
           find(library, "mi_version", mimalloc.version);
  }();
  return found ? mimalloc.version() : 0;
}

}  // namespace tfm
