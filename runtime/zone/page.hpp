// SPDX-License-Identifier: MIT
// Page frames and lists of them. A frame describes a page, and the block that begins there.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tfm {

enum class PageUse : std::uint8_t {
  tail,       ///< not the first page of its block
  free,       ///< first page of a free block
  slab,       ///< first page of a slab
  large,      ///< first page of a block above kmalloc's classes
  neighbour,  ///< one page that the neighbour holds
};
inline constexpr std::size_t page_uses = 5;

/// A free object's first word, as SLUB keeps its list inside the slab.
struct FreeObject {
  FreeObject* next;
};

/// As struct page. It lies outside the zone's pages and takes none of them.
struct Page {
  Page* prev = nullptr;
  Page* next = nullptr;
  Page* head = nullptr;  ///< first page of the last allocated block that contained it
  PageUse use = PageUse::tail;
  std::uint8_t order = 0;  ///< of the block that begins here
  // Of a slab only:
  std::uint8_t size_class = 0;
  bool frozen = false;  ///< a CPU keeps it, and it is on no list
  std::uint16_t inuse = 0, objects = 0;
  FreeObject* freelist = nullptr;
};

/// Doubly linked through the pages. A page is on at most one list.
class PageList {
 public:
  Page* front() const noexcept { return front_; }
  std::uint32_t size() const noexcept { return size_; }

  void push_front(Page* page) noexcept { link(page, nullptr, front_); }
  void push_back(Page* page) noexcept { link(page, back_, nullptr); }

  void remove(Page* page) noexcept {
    (page->prev != nullptr ? page->prev->next : front_) = page->next;
    (page->next != nullptr ? page->next->prev : back_) = page->prev;
    --size_;
  }

  /// nullptr if empty.
  Page* pop_front() noexcept {
    Page* page = front_;
    if (page != nullptr) remove(page);
    return page;
  }

 private:
  void link(Page* page, Page* prev, Page* next) noexcept {
    page->prev = prev;
    page->next = next;
    (prev != nullptr ? prev->next : front_) = page;
    (next != nullptr ? next->prev : back_) = page;
    ++size_;
  }

  Page* front_ = nullptr;
  Page* back_ = nullptr;
  std::uint32_t size_ = 0;
};

}  // namespace tfm
