// SPDX-License-Identifier: MIT
#include <cstdint>

#include "runtime/allocator.hpp"
#include "runtime/allocators/jemalloc_interface.hpp"
#include "runtime/tsan.hpp"

#ifdef TFM_TSAN
// Before a fork jemalloc takes its locks, and in the child it makes them anew instead of releasing
// them. ThreadSanitizer believes the first thread to hold them still, and calls it a double lock
// when another takes one. Of locks alone, in jemalloc alone; races are reported as ever.
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
  // What lies free in the threads' caches is allocated to jemalloc, not to us. 4096 stands for all
  // arenas (MALLCTL_ARENAS_ALL).
  return {.live_bytes = statistic("stats.allocated") - statistic("stats.arenas.4096.tcache_bytes"),
          .resident_bytes = statistic("stats.resident")};
}

}  // namespace

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
