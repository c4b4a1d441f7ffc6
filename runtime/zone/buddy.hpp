// SPDX-License-Identifier: MIT
// The buddy allocator: blocks of 2^order pages, split to fit and merged when both halves are free
// (mm/page_alloc.c: expand(), __free_one_page()). It knows no watermarks.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "runtime/zone/page.hpp"

namespace tfm {

inline constexpr unsigned buddy_orders = 11;  ///< 0 to MAX_PAGE_ORDER

class Buddy {
 public:
  /// All pages begin free. The frames are not owned.
  explicit Buddy(std::span<Page> pages) noexcept;

  /// The first page of 2^order pages, or nullptr if no free block is large enough. Sets `head` of
  /// all these pages. Takes the smallest block that is large enough; fresh pages come in order of
  /// address.
  Page* take(unsigned order) noexcept;

  /// Takes back the whole block that take() returned.
  void put(Page* page) noexcept;

  /// Whether take() would find a block.
  bool offers(unsigned order) const noexcept;

  std::uint32_t free_pages() const noexcept { return free_pages_; }

 private:
  void add(Page* page, unsigned order) noexcept;
  void remove(Page* page) noexcept;

  std::span<Page> pages_;
  std::array<PageList, buddy_orders> free_;
  std::uint32_t free_pages_ = 0;
};

}  // namespace tfm
