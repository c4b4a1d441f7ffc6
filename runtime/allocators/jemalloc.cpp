// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>

#include "runtime/allocator.hpp"

// jemalloc's non-standard interface (jemalloc(3)), from the private copy that CMake makes; its
// header would declare a malloc of its own.
extern "C" {
void* mallocx(std::size_t bytes, int flags);
void* rallocx(void* block, std::size_t bytes, int flags);
void dallocx(void* block, int flags);
std::size_t sallocx(const void* block, int flags);
int mallctl(const char* name, void* old, std::size_t* old_bytes, void* fresh,
            std::size_t fresh_bytes);
}

namespace tfm {
namespace {

// mallocx(0) is undefined; jemalloc aligns to 16 from 16 bytes on.
std::size_t at_least_16(std::size_t bytes) noexcept { return std::max<std::size_t>(bytes, 16); }

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
