// SPDX-License-Identifier: MIT
// kmalloc's slabs (mm/slub.c). Each CPU keeps one slab per size class and allocates from it alone.
// Slabs with room that no CPU keeps are on the class's partial list; full ones are on none.
#pragma once

#include <array>
#include <memory>

#include "runtime/zone/kmalloc.hpp"
#include "runtime/zone/page_allocator.hpp"

namespace tfm {

class Slabs {
 public:
  /// `memory` is the page that `frames` begins with. Nothing is owned but `kept`: an entry per CPU
  /// and class, all nullptr.
  Slabs(std::byte* memory, Page* frames, PageAllocator& pages, unsigned cpus,
        std::unique_ptr<Page*[]> kept) noexcept;
  static std::size_t kept_entries(unsigned cpus) noexcept { return cpus * kmalloc_sizes.size(); }

  /// An object of the class, or nullptr: the CPU's slab is full, none is partial, and no pages are
  /// to be had (___slab_alloc()).
  void* alloc(unsigned size_class, unsigned cpu, Gfp gfp) noexcept;

  /// __slab_free(). `slab` is the object's. False, and nothing done, if it is not the address of an
  /// object, or was the last one freed there.
  bool free(Page* slab, void* object) noexcept;

  /// Every slab without objects goes back.
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
