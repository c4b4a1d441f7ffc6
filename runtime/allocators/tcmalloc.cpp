// SPDX-License-Identifier: MIT
// Debian has tcmalloc (gperftools) as a shared library alone, and that brings a malloc of its own.
// Opened late and locally it stands in nobody's way, as mimalloc does. The minimal one: the other
// brings a profiler, and a stack unwinder, for the same allocator.
#include <dlfcn.h>

#include <cstdlib>

#include "runtime/allocator.hpp"
#include "runtime/allocators/library.hpp"

// Of a sanitizer's runtime, where there is one.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
__attribute__((weak)) void __lsan_disable();
__attribute__((weak)) void __lsan_enable();
}
// NOLINTEND(bugprone-reserved-identifier)

namespace tfm {
namespace {

// From gperftools/tcmalloc.h and malloc_extension_c.h, which need not be installed.
struct Library {
  void* (*malloc)(std::size_t);
  void* (*realloc)(void*, std::size_t);
  void (*free)(void*);
  std::size_t (*malloc_size)(void*);
  const char* (*version)(int* major, int* minor, const char** patch);
  int (*numeric_property)(const char* name, std::size_t* value);
};
constinit Library tcmalloc{};

/// Its first pages come from the program's break, before anyone can tell it otherwise: glibc then
/// takes them for its own, and its statistics with it. Later ones do not. While the library is
/// opened it drops the first of two objects of its own (8 bytes), which would be this process's
/// leak.
void* open_library() noexcept {
  setenv("TCMALLOC_SKIP_SBRK", "1", 1);
  if (__lsan_disable != nullptr) __lsan_disable();
  void* library = dlopen("libtcmalloc_minimal.so.4", RTLD_NOW | RTLD_LOCAL);
  if (__lsan_enable != nullptr) __lsan_enable();
  return library;
}

std::size_t property(const char* name) noexcept {
  std::size_t value = 0;
  tcmalloc.numeric_property(name, &value);
  return value;
}

// What lies free in its caches is no longer allocated, to tcmalloc as to us. Resident are the pages
// that hold blocks: what it keeps empty for later shows in the RSS alone.
AllocatorStatistics statistics() noexcept {
  return {.live_bytes = property("generic.current_allocated_bytes"),
          .resident_bytes = property("generic.heap_size") -
                            property("tcmalloc.pageheap_free_bytes") -
                            property("tcmalloc.pageheap_unmapped_bytes")};
}

}  // namespace

constexpr AllocatorFunctions tcmalloc_allocator{
    .alloc = [](std::size_t bytes, Gfp) noexcept { return tcmalloc.malloc(at_least_16(bytes)); },
    .realloc = [](void* block, std::size_t bytes,
                  Gfp) noexcept { return tcmalloc.realloc(block, at_least_16(bytes)); },
    .free = [](void* block) noexcept { tcmalloc.free(block); },
    .footprint =
        [](const void* block) noexcept { return tcmalloc.malloc_size(const_cast<void*>(block)); },
    .statistics = statistics,
};

int tcmalloc_version() noexcept {
  static const bool found = [] {
    void* library = open_library();
    return library != nullptr && find(library, "tc_malloc", tcmalloc.malloc) &&
           find(library, "tc_realloc", tcmalloc.realloc) &&
           find(library, "tc_free", tcmalloc.free) &&
           find(library, "tc_malloc_size", tcmalloc.malloc_size) &&
           find(library, "tc_version", tcmalloc.version) &&
           find(library, "MallocExtension_GetNumericProperty", tcmalloc.numeric_property);
  }();
  if (!found) return 0;
  int major = 0, minor = 0;
  const char* patch = nullptr;
  tcmalloc.version(&major, &minor, &patch);
  return 100 * major + minor;
}

}  // namespace tfm
