// SPDX-License-Identifier: MIT
#include "runtime/zone/page_allocator.hpp"

#include <algorithm>

namespace tfm {
namespace {

constexpr std::uint32_t least_min_pages = 32;    ///< 128 KiB
constexpr std::uint32_t most_min_pages = 65536;  ///< 256 MiB
constexpr int swap_cluster_max = 32;             ///< pages a direct reclaimer takes at a time

/// The integer square root, as int_sqrt().
std::uint64_t root(std::uint64_t square) noexcept {
  std::uint64_t result = 0;
  for (std::uint64_t bit = std::uint64_t{1} << 31; bit != 0; bit >>= 1) {
    if ((result + bit) * (result + bit) <= square) result += bit;
  }
  return result;
}

}  // namespace

Watermarks zone_watermarks(std::uint32_t pages, std::uint32_t min_pages) noexcept {
  if (min_pages == 0) {
    const std::uint64_t kib = std::uint64_t{pages} * 4;
    min_pages =
        std::clamp(static_cast<std::uint32_t>(root(kib * 16) / 4), least_min_pages, most_min_pages);
  }
  const std::uint32_t quarter = min_pages / 4;
  std::uint32_t atomic = min_pages - min_pages / 2;
  atomic -= atomic / 4;
  return {min_pages, min_pages + quarter, min_pages + 2 * quarter, atomic};
}

PageAllocator::PageAllocator(std::span<Page> pages, const Watermarks& marks,
                             const Kswapd& kswapd) noexcept
    : buddy_(pages), marks_(marks), kswapd_(kswapd), lowest_(buddy_.free_pages()) {}

Page* PageAllocator::alloc(unsigned order, Gfp gfp, PageUse use, Effort effort) noexcept {
  if (suits(order, marks_.low)) return take(order, use);
  if (gfp == Gfp::kernel && effort == Effort::opportunistic) {
    return suits(order, marks_.min) ? take(order, use) : nullptr;
  }
  wake_kswapd();
  if (gfp == Gfp::atomic) return suits(order, marks_.atomic) ? take(order, use) : nullptr;
  if (suits(order, marks_.min)) return take(order, use);
  ++direct_reclaims_;
  for (;;) {
    int reclaimed = 0;
    while (reclaimed < swap_cluster_max && reclaim_one()) ++reclaimed;
    if (reclaimed == 0) return nullptr;
    if (suits(order, marks_.min)) return take(order, use);
  }
}

void PageAllocator::free(Page* page) noexcept {
  used_[static_cast<std::size_t>(page->use)] -= 1u << page->order;
  buddy_.put(page);
}

bool PageAllocator::lend(Gfp gfp) noexcept {
  Page* page = alloc(0, gfp, PageUse::neighbour);
  if (page == nullptr) return false;
  lent_.push_back(page);
  return true;
}

void PageAllocator::fill(std::uint32_t pages) noexcept {
  while (lent_.size() < pages && free_pages() > marks_.high) {
    lent_.push_back(take(0, PageUse::neighbour));
  }
}

void PageAllocator::tick() noexcept {
  ++now_;
  if (!awake_ || now_ <= starts_after_) return;
  for (std::uint32_t i = 0; i < kswapd_.pages_per_packet && awake_; ++i) {
    awake_ = reclaim_one() && free_pages() <= marks_.high;
  }
}

bool PageAllocator::suits(unsigned order, std::uint32_t mark) const noexcept {
  return free_pages() > mark + (1u << order) - 1 && buddy_.offers(order);
}

Page* PageAllocator::take(unsigned order, PageUse use) noexcept {
  Page* page = buddy_.take(order);
  page->use = use;
  used_[static_cast<std::size_t>(use)] += 1u << order;
  lowest_ = std::min(lowest_, free_pages());
  return page;
}

void PageAllocator::wake_kswapd() noexcept {
  // If enough is free but not in one piece, compaction would have to help, not kswapd
  // (pgdat_balanced()).
  if (awake_ || free_pages() > marks_.high) return;
  awake_ = true;
  starts_after_ = now_ + kswapd_.delay_packets;
  ++wakeups_;
}

bool PageAllocator::reclaim_one() noexcept {
  Page* page = lent_.pop_front();
  if (page == nullptr) return false;
  free(page);
  return true;
}

}  // namespace tfm
