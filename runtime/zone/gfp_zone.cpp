// SPDX-License-Identifier: MIT
#include "runtime/zone/gfp_zone.hpp"

#include <cstring>
#include <utility>

#include "runtime/allocator.hpp"
#include "runtime/zone/bug.hpp"
#include "runtime/zone/zone.hpp"

namespace tfm {
namespace {

const AllocatorFunctions* behind = nullptr;  ///< gfp's allocator before any zone
Zone* drawn_on = nullptr;                    ///< nullptr: `behind`
Zone* known = nullptr;                       ///< the zone whose blocks may be live

// As krealloc(): keeps the block if it has the room.
void* grow(Zone& zone, void* block, std::size_t bytes, Gfp gfp) noexcept {
  const std::size_t had = zone.footprint(block);
  if (bytes <= had) return block;
  void* larger = zone.alloc(bytes, gfp);
  if (larger == nullptr) return nullptr;
  std::memcpy(larger, block, had);
  zone.free(block);
  return larger;
}

constexpr AllocatorFunctions zone_allocator{
    .alloc =
        [](std::size_t bytes, Gfp gfp) noexcept {
          return drawn_on != nullptr ? drawn_on->alloc(bytes, gfp) : behind->alloc(bytes, gfp);
        },
    .realloc =
        [](void* block, std::size_t bytes, Gfp gfp) noexcept {
          if (block == nullptr) return gfp_allocator->alloc(bytes, gfp);
          return known->contains(block) ? grow(*known, block, bytes, gfp)
                                        : behind->realloc(block, bytes, gfp);
        },
    .free =
        [](void* block) noexcept {
          known->contains(block) ? known->free(block) : behind->free(block);
        },
    .footprint =
        [](const void* block) noexcept {
          return known->contains(block) ? known->footprint(block) : behind->footprint(block);
        },
    .statistics =
        []() noexcept {
          if (drawn_on == nullptr) return behind->statistics();
          const ZoneUsage usage = drawn_on->usage();
          return AllocatorStatistics{
              usage.bytes, (std::uint64_t{usage.slab_pages} + usage.large_pages) * page_bytes};
        },
};

}  // namespace

void gfp_use_zone(Zone* zone) noexcept {
  drawn_on = zone;
  if (zone == nullptr || zone == known) return;
  if (known == nullptr) {
    behind = std::exchange(gfp_allocator, &zone_allocator);
  } else if (const ZoneUsage usage = known->usage(); usage.blocks != 0) {
    zone_bug("gfp is given another zone while %llu blocks of the previous one are live",
             static_cast<unsigned long long>(usage.blocks));
  }
  known = zone;
}

void gfp_zone_gone(const Zone& zone) noexcept {
  if (&zone != known) return;
  gfp_allocator = behind;
  drawn_on = known = nullptr;
}

}  // namespace tfm
