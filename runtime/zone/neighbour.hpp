// SPDX-License-Identifier: MIT
// Other traffic in the zone: bursts of pages and objects (zone.hpp, Neighbour).
#pragma once

#include "runtime/rng.hpp"
#include "runtime/zone/slabs.hpp"

namespace tfm {

class NeighbourTraffic {
 public:
  NeighbourTraffic(const Neighbour& options, std::uint64_t seed, unsigned cpus,
                   PageAllocator& pages, Slabs& slabs, Page* frames, std::byte* memory) noexcept
      : options_(options),
        seed_(seed),
        cpus_(cpus),
        pages_(pages),
        slabs_(slabs),
        frames_(frames),
        memory_(memory),
        arrivals_(seed) {}

  /// One packet passes: frees objects that were held long enough, and begins a burst if one is due.
  void tick() noexcept;

  std::uint32_t objects() const noexcept { return objects_; }  ///< live
  std::uint64_t refused() const noexcept { return refused_; }  ///< pages and objects

 private:
  /// Lies in the object itself: the neighbour has no other memory.
  struct Held {
    Held* next;
    std::uint64_t until;  ///< the packet number at which it is freed
  };

  void burst() noexcept;
  bool take_object(unsigned size_class, unsigned cpu) noexcept;

  Neighbour options_;
  std::uint64_t seed_;
  unsigned cpus_;
  PageAllocator& pages_;
  Slabs& slabs_;
  Page* frames_;
  std::byte* memory_;
  Rng arrivals_;
  std::uint64_t now_ = 0;     ///< packets
  std::uint64_t bursts_ = 0;  ///< so far
  Held* oldest_ = nullptr;
  Held* newest_ = nullptr;
  std::uint32_t objects_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace tfm
