// SPDX-License-Identifier: MIT
#include "bench/cell/metered_gfp.hpp"

#include <algorithm>

namespace tfm::bench {
namespace {

const AllocatorFunctions* behind = nullptr;
std::int64_t live = 0, peak = 0;

void* in(void* block) noexcept {
  if (block == nullptr) return nullptr;
  live += static_cast<std::int64_t>(behind->footprint(block));
  peak = std::max(peak, live);
  return block;
}
std::int64_t bytes_of(const void* block) noexcept {
  return block == nullptr ? 0 : static_cast<std::int64_t>(behind->footprint(block));
}

constexpr AllocatorFunctions metered{
    .alloc = [](std::size_t bytes, Gfp gfp) noexcept { return in(behind->alloc(bytes, gfp)); },
    .realloc =
        [](void* block, std::size_t bytes, Gfp gfp) noexcept {
          const std::int64_t had = bytes_of(block);
          void* grown = behind->realloc(block, bytes, gfp);
          if (grown != nullptr) live -= had;
          return in(grown);
        },
    .free =
        [](void* block) noexcept {
          live -= bytes_of(block);
          behind->free(block);
        },
    .footprint = [](const void* block) noexcept { return behind->footprint(block); },
    .statistics = []() noexcept { return behind->statistics(); },
};

}  // namespace

MeteredGfp::MeteredGfp() noexcept {
  live = peak = 0;
  behind = gfp_allocator;
  gfp_allocator = &metered;
}

MeteredGfp::~MeteredGfp() { gfp_allocator = behind; }

std::uint64_t MeteredGfp::peak_bytes() const noexcept { return static_cast<std::uint64_t>(peak); }

Unmetered::Unmetered() noexcept : saved_(gfp_allocator) {
  if (saved_ == &metered) gfp_allocator = behind;
}

Unmetered::~Unmetered() { gfp_allocator = saved_; }

}  // namespace tfm::bench
