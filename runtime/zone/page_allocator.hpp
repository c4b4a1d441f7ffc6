// SPDX-License-Identifier: MIT
// Who gets pages, and who gives them back: the watermarks in front of the buddy allocator, kswapd
// and direct reclaim behind it (mm/page_alloc.c: __alloc_pages(); mm/vmscan.c).
#pragma once

#include <array>
#include <cstdint>

#include "runtime/zone/buddy.hpp"
#include "runtime/zone/zone.hpp"

namespace tfm {

/// The watermarks of a zone. `min_pages` 0: the kernel's formula.
Watermarks zone_watermarks(std::uint32_t pages, std::uint32_t min_pages) noexcept;

/// How hard an allocation tries.
enum class Effort : std::uint8_t {
  full,
  /// SLUB's first try, for a slab above the smallest order. GFP_KERNEL then does not wake kswapd
  /// and does not reclaim, because a smaller slab is enough (allocate_slab()).
  opportunistic,
};

class PageAllocator {
 public:
  PageAllocator(std::span<Page> pages, const Watermarks& marks, const Kswapd& kswapd) noexcept;

  /// 2^order pages for `use`, or nullptr. Above the low mark every allocation is granted. Below it
  /// kswapd is woken. GFP_ATOMIC is then granted down to the atomic mark, and GFP_KERNEL down to
  /// min, if necessary after direct reclaim.
  Page* alloc(unsigned order, Gfp gfp, PageUse use, Effort effort = Effort::full) noexcept;
  void free(Page* page) noexcept;

  /// Gives the neighbour a page, reclaimable from now on. False if refused.
  bool lend(Gfp gfp) noexcept;
  /// Lends pages until `pages` are lent or only the high watermark is free.
  void fill(std::uint32_t pages) noexcept;

  /// One packet passes for kswapd.
  void tick() noexcept;

  std::uint32_t free_pages() const noexcept { return buddy_.free_pages(); }
  std::uint32_t pages(PageUse use) const noexcept { return used_[static_cast<std::size_t>(use)]; }
  std::uint32_t free_pages_lowest() const noexcept { return lowest_; }
  std::uint64_t kswapd_wakeups() const noexcept { return wakeups_; }
  std::uint64_t direct_reclaims() const noexcept { return direct_reclaims_; }

 private:
  /// As __zone_watermark_ok(): whether the mark would hold and there is a block.
  bool suits(unsigned order, std::uint32_t mark) const noexcept;
  Page* take(unsigned order, PageUse use) noexcept;
  void wake_kswapd() noexcept;
  /// Takes back the page that the neighbour has held longest. False if it has no page.
  bool reclaim_one() noexcept;

  Buddy buddy_;
  Watermarks marks_;
  Kswapd kswapd_;
  PageList lent_;  ///< oldest first
  std::array<std::uint32_t, page_uses> used_{};
  std::uint32_t lowest_;
  std::uint64_t now_ = 0;  ///< packets
  bool awake_ = false;
  std::uint64_t starts_after_ = 0;  ///< packets; while awake
  std::uint64_t wakeups_ = 0;
  std::uint64_t direct_reclaims_ = 0;
};

}  // namespace tfm
