// SPDX-License-Identifier: MIT
// Debian has tcmalloc (gperftools) only as a shared library, which defines malloc() too. Opened
// late with RTLD_LOCAL, it replaces nothing, as with mimalloc. This is the minimal library: the
// full one adds a profiler and a stack unwinder to the same allocator.
#include <dlfcn.h>

#include <cstdlib>

#include "runtime/allocator.hpp"
#include "runtime/allocators/library.hpp"

// Functions of the sanitizer's runtime, if there is one.
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

/// The library's first pages come from the program's break, before anything can change that, and
/// glibc counts them as its own in its statistics. TCMALLOC_SKIP_SBRK keeps later pages away from
/// it. While it is opened, the library loses the first of two objects of its own (8 bytes).
/// LeakSanitizer would report that as a leak of this process.
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

// Free blocks in tcmalloc's caches do not count as allocated. Resident are the pages with blocks;
// pages that it keeps empty for later show only in the RSS.
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
