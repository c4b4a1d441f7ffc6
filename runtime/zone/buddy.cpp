// SPDX-License-Identifier: MIT
#include "runtime/zone/buddy.hpp"

#include <algorithm>
#include <bit>

namespace tfm {

Buddy::Buddy(std::span<Page> pages) noexcept : pages_(pages) {
  // Adds the largest aligned blocks that fit, from the top, so that the lowest is first in its
  // list.
  for (auto end = static_cast<std::uint32_t>(pages.size()); end != 0;) {
    const unsigned order = std::min<unsigned>(std::countr_zero(end), buddy_orders - 1);
    end -= 1u << order;
    add(&pages_[end], order);
  }
}

Page* Buddy::take(unsigned order) noexcept {
  unsigned found = order;
  while (found < buddy_orders && free_[found].front() == nullptr) ++found;
  if (found >= buddy_orders) return nullptr;
  Page* page = free_[found].front();
  remove(page);
  while (found > order) {  // the upper half stays free
    --found;
    add(page + (1u << found), found);
  }
  page->order = static_cast<std::uint8_t>(order);
  for (Page* p = page; p != page + (1u << order); ++p) p->head = page;
  return page;
}

void Buddy::put(Page* page) noexcept {
  unsigned order = page->order;
  page->use = PageUse::tail;
  auto index = static_cast<std::size_t>(page - pages_.data());
  while (order + 1 < buddy_orders) {
    const std::size_t buddy = index ^ (std::size_t{1} << order);
    if (buddy >= pages_.size()) break;
    if (pages_[buddy].use != PageUse::free || pages_[buddy].order != order) break;
    remove(&pages_[buddy]);
    index &= buddy;
    ++order;
  }
  add(&pages_[index], order);
}

bool Buddy::offers(unsigned order) const noexcept {
  for (; order < buddy_orders; ++order) {
    if (free_[order].front() != nullptr) return true;
  }
  return false;
}

void Buddy::add(Page* page, unsigned order) noexcept {
  page->use = PageUse::free;
  page->order = static_cast<std::uint8_t>(order);
  free_[order].push_front(page);
  free_pages_ += 1u << order;
}

void Buddy::remove(Page* page) noexcept {
  free_[page->order].remove(page);
  free_pages_ -= 1u << page->order;
  page->use = PageUse::tail;
}

}  // namespace tfm
