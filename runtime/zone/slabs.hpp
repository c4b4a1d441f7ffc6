// SPDX-License-Identifier: MIT
// kmalloc's slabs (mm/slub.c). Each CPU keeps one slab per size class and allocates only from it.
// Slabs with room that no CPU keeps are on the partial list of their class. Full slabs are on no
// list.
#pragma once

#include <array>
#include <memory>

#include "runtime/zone/kmalloc.hpp"
#include "runtime/zone/page_allocator.hpp"

namespace tfm {

class Slabs {
 public:
  /// `memory` is the first page of `frames`. Only `kept` is owned: kept_entries(cpus) entries, all
  /// nullptr.
  Slabs(std::byte* memory, Page* frames, PageAllocator& pages, unsigned cpus,
        std::unique_ptr<Page*[]> kept) noexcept;
  static std::size_t kept_entries(unsigned cpus) noexcept { return cpus * kmalloc_sizes.size(); }

  /// An object of the class. nullptr if the CPU's slab is full, no slab is partial, and pages are
  /// refused (___slab_alloc()).
  void* alloc(unsigned size_class, unsigned cpu, Gfp gfp) noexcept;

  /// As __slab_free(). `slab` is the object's slab. Returns false and does nothing if `object` is
  /// not the address of an object, or if it was the last one freed in this slab.
  bool free(Page* slab, void* object) noexcept;

  /// Frees every slab without objects.
  void shrink() noexcept;

 private:
  struct Cache {
    std::uint16_t size;
    unsigned order, least_order;
    std::uint32_t min_partial;
    PageList partial;
  };

  Page*& kept(unsigned cpu, unsigned size_class) noexcept {
    return kept_[cpu * kmalloc_sizes.size() + size_class];
  }
  Page* new_slab(unsigned size_class, Gfp gfp) noexcept;
  std::byte* address(const Page* page) const noexcept {
    return memory_ + static_cast<std::size_t>(page - frames_) * page_bytes;
  }

  std::byte* memory_;
  Page* frames_;
  PageAllocator& pages_;
  unsigned cpus_;
  std::array<Cache, kmalloc_sizes.size()> caches_;
  std::unique_ptr<Page*[]> kept_;
};

}  // namespace tfm
