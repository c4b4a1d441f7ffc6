// SPDX-License-Identifier: MIT
#include "runtime/ahash/scatterlist.hpp"

#include <cstring>

namespace tfm::ahash {

std::uintptr_t direct_map_begin = 0, struct_pages_begin = std::uintptr_t{1} << 40;

void sg_init_table(Scatterlist* list, std::size_t count) noexcept {
  std::memset(list, 0, count * sizeof *list);
  list[count - 1].page_link |= Scatterlist::end_flag;
}

void sg_set_buf(Scatterlist& entry, const void* data, std::uint32_t bytes) noexcept {
  entry.page_link = page_of(data) | (entry.page_link & Scatterlist::flags);
  entry.offset = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(data) % page_bytes);
  entry.length = bytes;
}

void sg_init_one(Scatterlist& entry, const void* data, std::uint32_t bytes) noexcept {
  sg_init_table(&entry, 1);
  sg_set_buf(entry, data, bytes);
}

Scatterlist* sg_next(Scatterlist* entry) noexcept { return entry->is_last() ? nullptr : entry + 1; }

}  // namespace tfm::ahash
