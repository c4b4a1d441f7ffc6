// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sys/types.h>

#include <cstdint>

#include "runtime/allocator.hpp"
#include "runtime/allocators/jemalloc_interface.hpp"
#include "runtime/tsan.hpp"

#ifdef TFM_TSAN
// Before a fork jemalloc takes its locks. In the child it initialises them again instead of
// releasing them. ThreadSanitizer thinks that the first thread still holds them, and reports a
// double lock when another thread takes one. This suppresses only reports about locks in jemalloc.
// Races are still reported.
extern "C" const char* __tsan_default_suppressions() { return "mutex:^je_\n"; }
#endif

namespace tfm {
namespace {

std::size_t statistic(const char* name) noexcept {
  std::size_t value = 0, bytes = sizeof value;
  mallctl(name, &value, &bytes, nullptr, 0);
  return value;
}

AllocatorStatistics statistics() noexcept {
  std::uint64_t epoch = 1;  // any value: writing it takes a new snapshot
  mallctl("epoch", nullptr, nullptr, &epoch, sizeof epoch);
  // stats.allocated includes free blocks in the threads' caches; they are not live for us. 4096
  // means all arenas (MALLCTL_ARENAS_ALL).
  return {.live_bytes = statistic("stats.allocated") - statistic("stats.arenas.4096.tcache_bytes"),
          .resident_bytes = statistic("stats.resident")};
}

void set_ssize(const char* name, ssize_t value) noexcept {
  mallctl(name, nullptr, nullptr, &value, sizeof value);
}

}  // namespace

void jemalloc_keep_memory() noexcept {
  unsigned arenas = 0;
  std::size_t bytes = sizeof arenas;
  mallctl("arenas.narenas", &arenas, &bytes, nullptr, 0);
  for (const char* what : {"dirty_decay_ms", "muzzy_decay_ms"}) {
    constexpr ssize_t never = -1;
    set_ssize(fmt::format("arenas.{}", what).c_str(), never);  // of arenas that are made later
    for (unsigned i = 0; i < arenas; ++i) {
      set_ssize(fmt::format("arena.{}.{}", i, what).c_str(), never);
    }
  }
}

constexpr AllocatorFunctions jemalloc_allocator{
    .alloc = [](std::size_t bytes, Gfp) noexcept { return mallocx(at_least_16(bytes), 0); },
    .realloc =
        [](void* block, std::size_t bytes, Gfp) noexcept {
          return block == nullptr ? mallocx(at_least_16(bytes), 0)
                                  : rallocx(block, at_least_16(bytes), 0);
        },
    .free =
        [](void* block) noexcept {
          if (block != nullptr) dallocx(block, 0);
        },
    .footprint = [](const void* block) noexcept { return sallocx(block, 0); },
    .statistics = statistics,
};

}  // namespace tfm
