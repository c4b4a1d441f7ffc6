// SPDX-License-Identifier: MIT
#include "runtime/zone/slabs.hpp"

#include <new>
#include <utility>

namespace tfm {

Slabs::Slabs(std::byte* memory, Page* frames, PageAllocator& pages, unsigned cpus,
             std::unique_ptr<Page*[]> kept) noexcept
    : memory_(memory), frames_(frames), pages_(pages), cpus_(cpus), kept_(std::move(kept)) {
  for (std::size_t i = 0; i < caches_.size(); ++i) {
    const std::uint16_t size = kmalloc_sizes[i];
    caches_[i] = {size, slab_order(size, cpus), page_order(size), slab_min_partial(size), {}};
  }
}

void* Slabs::alloc(unsigned size_class, unsigned cpu, Gfp gfp) noexcept {
  Page*& slab = kept(cpu, size_class);
  if (slab != nullptr && slab->freelist == nullptr) {
    slab->frozen = false;  // full: the free that makes room will list it
    slab = nullptr;
  }
  if (slab == nullptr) {
    slab = caches_[size_class].partial.pop_front();
    if (slab == nullptr) slab = new_slab(size_class, gfp);
    if (slab == nullptr) return nullptr;
    slab->frozen = true;
  }
  FreeObject* object = slab->freelist;
  slab->freelist = object->next;
  ++slab->inuse;
  return object;
}

bool Slabs::free(Page* slab, void* object) noexcept {
  Cache& cache = caches_[slab->size_class];
  const auto offset = static_cast<std::size_t>(static_cast<std::byte*>(object) - address(slab));
  if (offset % cache.size != 0 || offset / cache.size >= slab->objects) return false;
  if (slab->inuse == 0 || slab->freelist == object) return false;

  const bool was_full = slab->freelist == nullptr;
  slab->freelist = ::new (object) FreeObject{slab->freelist};
  --slab->inuse;
  if (slab->frozen) return true;  // kept, even without objects
  if (slab->inuse == 0 && cache.partial.size() >= cache.min_partial) {
    if (!was_full) cache.partial.remove(slab);
    pages_.free(slab);
  } else if (was_full) {
    cache.partial.push_back(slab);
  }
  return true;
}

void Slabs::shrink() noexcept {
  for (unsigned c = 0; c < caches_.size(); ++c) {
    PageList& partial = caches_[c].partial;
    for (unsigned cpu = 0; cpu < cpus_; ++cpu) {
      Page* slab = std::exchange(kept(cpu, c), nullptr);
      if (slab == nullptr) continue;
      slab->frozen = false;
      if (slab->freelist != nullptr) partial.push_back(slab);
    }
    for (Page *slab = partial.front(), *next = nullptr; slab != nullptr; slab = next) {
      next = slab->next;
      if (slab->inuse != 0) continue;
      partial.remove(slab);
      pages_.free(slab);
    }
  }
}

Page* Slabs::new_slab(unsigned size_class, Gfp gfp) noexcept {
  const Cache& cache = caches_[size_class];
  Page* slab = nullptr;
  if (cache.order > cache.least_order) {
    slab = pages_.alloc(cache.order, gfp, PageUse::slab, Effort::opportunistic);
  }
  if (slab == nullptr) slab = pages_.alloc(cache.least_order, gfp, PageUse::slab);
  if (slab == nullptr) return nullptr;

  slab->size_class = static_cast<std::uint8_t>(size_class);
  slab->inuse = 0;
  slab->objects = static_cast<std::uint16_t>((page_bytes << slab->order) / cache.size);
  slab->freelist = nullptr;
  std::byte* object = address(slab) + std::size_t{slab->objects} * cache.size;
  do {
    object -= cache.size;  // from the top, so that the lowest is first in the list
    slab->freelist = ::new (object) FreeObject{slab->freelist};
  } while (object != address(slab));
  return slab;
}

}  // namespace tfm
