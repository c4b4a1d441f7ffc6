// SPDX-License-Identifier: MIT
#include "runtime/ahash/scatterlist.hpp"

#include <algorithm>

#include "runtime/library/memory.hpp"

namespace tfm::ahash {

std::uintptr_t direct_map_begin = 0, struct_pages_begin = std::uintptr_t{1} << 40,
               image_loaded_at = std::uintptr_t{1} << 24;

// A function of its own in the kernel, too: one for a list of any length.
[[gnu::noinline]] void sg_init_table(Scatterlist* list, std::size_t count) noexcept {
  library::set(reinterpret_cast<std::uint8_t*>(list), 0, count * sizeof *list);
  sg_mark_end(list[count - 1]);
}

void sg_init_one(Scatterlist& entry, const void* data, std::uint32_t bytes) noexcept {
  sg_init_table(&entry, 1);
  sg_set_buf(entry, data, bytes);
}

Scatterlist* sg_next(Scatterlist* entry) noexcept {
  if (entry->is_last()) return nullptr;
  ++entry;
  return entry->is_chain() ? entry->chained() : entry;
}

void copy_from_list(std::uint8_t* to, Scatterlist* list, std::uint32_t start,
                    std::uint32_t bytes) noexcept {
  if (bytes == 0) [[unlikely]]
    return;
  for (; start > list->length; list = sg_next(list)) start -= list->length;
  for (;;) {
    const std::uint32_t step =
        std::min({bytes, list->length - start, static_cast<std::uint32_t>(page_bytes)});
    library::copy(to, address_of(list->page()) + list->offset + start, step);
    to += step;
    start += step;
    bytes -= step;
    if (bytes == 0) return;
    if (start >= list->length) {
      list = sg_next(list);
      start = 0;
    }
  }
}

}  // namespace tfm::ahash
