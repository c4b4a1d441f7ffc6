// SPDX-License-Identifier: MIT
// A scatterlist: pieces of memory by page, offset and length (include/linux/scatterlist.h).
//
// The kernel keeps a pointer to the page's struct page, and finds the page's address again when the
// list is walked: a subtraction, a shift and an addition each way, with bases that KASLR draws.
// Here struct pages do not exist, only the numbers that would be their addresses.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tfm::ahash {

inline constexpr std::uintptr_t page_bytes = 4096;
/// sizeof(struct page).
inline constexpr std::uintptr_t struct_page_bytes = 64;

/// __START_KERNEL_map: what lies above is the kernel's image, below is the direct map.
inline constexpr std::uintptr_t image_begin = 0xffffffff80000000;
/// PAGE_OFFSET, where the direct map begins, VMEMMAP_START, where struct pages do, and phys_base,
/// where the image was loaded. Variables, as with KASLR. User addresses are counted from 0.
extern std::uintptr_t direct_map_begin, struct_pages_begin, image_loaded_at;

/// The number that stands for a struct page's address.
using PageNumber = std::uintptr_t;

/// virt_to_page(), with __phys_addr_nodebug(): an address of this process is never in the image.
inline PageNumber page_of(const void* address) noexcept {
  const auto virtual_address = reinterpret_cast<std::uintptr_t>(address);
  const std::uintptr_t in_image = virtual_address - image_begin;
  const bool is_image = virtual_address > in_image;
  const std::uintptr_t physical =
      in_image + (is_image ? image_loaded_at : image_begin - direct_map_begin);
  return struct_pages_begin + physical / page_bytes * struct_page_bytes;
}
/// kmap_local_page() without high memory.
inline const std::uint8_t* address_of(PageNumber page) noexcept {
  const std::uintptr_t at = (page - struct_pages_begin) / struct_page_bytes * page_bytes;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel computes it, too
  return reinterpret_cast<const std::uint8_t*>(direct_map_begin + at);
}

struct Scatterlist {
  std::uintptr_t page_link;  ///< the page, or the next list, and two bits of flags
  std::uint32_t offset;
  std::uint32_t length;
  std::uint64_t dma_address;
  std::uint32_t dma_length;
  std::uint32_t dma_flags;

  static constexpr std::uintptr_t chain_flag = 1, end_flag = 2, flags = 3;

  PageNumber page() const noexcept { return page_link & ~flags; }
  bool is_last() const noexcept { return (page_link & end_flag) != 0; }
  /// Whether this entry says where the list goes on.
  bool is_chain() const noexcept { return (page_link & chain_flag) != 0; }
  /// sg_chain_ptr().
  Scatterlist* chained() const noexcept {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): flags share the word
    return reinterpret_cast<Scatterlist*>(page());
  }
};
static_assert(sizeof(Scatterlist) == 32);

/// sg_init_table(): zeroes `count` entries and marks the last.
void sg_init_table(Scatterlist* list, std::size_t count) noexcept;
/// sg_mark_end().
inline void sg_mark_end(Scatterlist& entry) noexcept {
  entry.page_link |= Scatterlist::end_flag;
  entry.page_link &= ~Scatterlist::chain_flag;
}
/// sg_set_buf(): the entry's memory. It may cross pages.
inline void sg_set_buf(Scatterlist& entry, const void* data, std::uint32_t bytes) noexcept {
  const PageNumber page = page_of(data);
  // The kernel's BUG_ON(): a struct page is aligned, so that the flags have room.
  if ((page & Scatterlist::flags) != 0) [[unlikely]]
    __builtin_trap();
  entry.page_link = page | (entry.page_link & Scatterlist::flags);
  entry.offset = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(data) % page_bytes);
  entry.length = bytes;
}
/// sg_init_one(): a list of one entry.
void sg_init_one(Scatterlist& entry, const void* data, std::uint32_t bytes) noexcept;
/// sg_chain(): the last of the list's `count` entries says where `rest` begins.
inline void sg_chain(Scatterlist* list, std::size_t count, Scatterlist* rest) noexcept {
  Scatterlist& link = list[count - 1];
  link.offset = 0;
  link.length = 0;
  link.page_link =
      (reinterpret_cast<std::uintptr_t>(rest) | Scatterlist::chain_flag) & ~Scatterlist::end_flag;
}
/// sg_next(): the next entry, or nullptr.
Scatterlist* sg_next(Scatterlist* entry) noexcept;

/// memcpy_from_sglist() (crypto/scatterwalk.c of 7.3): `bytes` of the list from `start` on.
void copy_from_list(std::uint8_t* to, Scatterlist* list, std::uint32_t start,
                    std::uint32_t bytes) noexcept;

}  // namespace tfm::ahash
