// SPDX-License-Identifier: MIT
// A scatterlist: pieces of memory by page, offset and length (include/linux/scatterlist.h).
//
// The kernel keeps a pointer to the page's struct page, and finds the page's address again when the
// list is walked: a subtraction, a shift and an addition each way, with two bases that KASLR draws.
// Here struct pages do not exist, only the numbers that would be their addresses.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tfm::ahash {

inline constexpr std::uintptr_t page_bytes = 4096;
/// sizeof(struct page).
inline constexpr std::uintptr_t struct_page_bytes = 64;

/// PAGE_OFFSET, where the direct map begins, and VMEMMAP_START, where struct pages do. Variables,
/// as with KASLR. User addresses are counted from 0.
extern std::uintptr_t direct_map_begin, struct_pages_begin;

/// The number that stands for a struct page's address.
using PageNumber = std::uintptr_t;

inline PageNumber page_of(const void* address) noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(address) - direct_map_begin;
  return struct_pages_begin + at / page_bytes * struct_page_bytes;
}
/// kmap_local_page() without high memory.
inline const std::uint8_t* address_of(PageNumber page) noexcept {
  const std::uintptr_t at = (page - struct_pages_begin) / struct_page_bytes * page_bytes;
  return reinterpret_cast<const std::uint8_t*>(direct_map_begin + at);
}

struct Scatterlist {
  std::uintptr_t page_link;  ///< the page, and two bits of flags
  std::uint32_t offset;
  std::uint32_t length;
  std::uint64_t dma_address;
  std::uint32_t dma_length;
  std::uint32_t dma_flags;

  static constexpr std::uintptr_t end_flag = 2, flags = 3;

  PageNumber page() const noexcept { return page_link & ~flags; }
  bool is_last() const noexcept { return (page_link & end_flag) != 0; }
};
static_assert(sizeof(Scatterlist) == 32);

/// sg_init_table(): zeroes `count` entries and marks the last.
void sg_init_table(Scatterlist* list, std::size_t count) noexcept;
/// sg_set_buf(): the entry's memory. It may cross pages.
void sg_set_buf(Scatterlist& entry, const void* data, std::uint32_t bytes) noexcept;
/// sg_init_one(): a list of one entry.
void sg_init_one(Scatterlist& entry, const void* data, std::uint32_t bytes) noexcept;
/// sg_next(): the next entry, or nullptr. Chains of lists are not modelled: no user here has one.
Scatterlist* sg_next(Scatterlist* entry) noexcept;

}  // namespace tfm::ahash
