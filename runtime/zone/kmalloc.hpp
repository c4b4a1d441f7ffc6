// SPDX-License-Identifier: MIT
// kmalloc's size classes and the slabs that hold them, as SLUB lays them out.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "runtime/zone/zone.hpp"

namespace tfm {

/// kmalloc_caches[] on x86-64 (include/linux/slab.h: __kmalloc_index()).
inline constexpr std::array<std::uint16_t, 13> kmalloc_sizes = {
    8, 16, 32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192};

/// The class of `bytes`, at most 8192: the smallest that holds them.
constexpr unsigned kmalloc_class(std::size_t bytes) noexcept {
  return static_cast<unsigned>(std::ranges::lower_bound(kmalloc_sizes, bytes) -
                               kmalloc_sizes.begin());
}

/// As get_order(): the smallest order that holds `bytes`. `bytes` must not be 0.
constexpr unsigned page_order(std::size_t bytes) noexcept {
  return static_cast<unsigned>(std::bit_width((bytes - 1) / page_bytes));
}

/// PAGE_ALLOC_COSTLY_ORDER: the largest order of a slab.
inline constexpr unsigned slab_order_max = 3;

/// The order that SLUB prefers for slabs of `size` (calculate_order()). The slab has room for
/// 4·(fls(CPUs) + 1) objects, or for as many as order 3 holds. At most a 16th of it is wasted; if
/// no order achieves that, an 8th, then a quarter, then a half.
constexpr unsigned slab_order(std::size_t size, unsigned cpus) noexcept {
  const std::size_t most = std::max<std::size_t>((page_bytes << slab_order_max) / size, 1);
  const std::size_t wanted =
      std::min(4 * (static_cast<std::size_t>(std::bit_width(cpus)) + 1), most);
  for (unsigned fraction = 16; fraction > 1; fraction /= 2) {
    for (unsigned order = page_order(wanted * size); order <= slab_order_max; ++order) {
      const std::size_t bytes = page_bytes << order;
      if (bytes % size <= bytes / fraction) return order;
    }
  }
  return page_order(size);
}

/// When the partial list of a class holds this many slabs, a slab that becomes empty is freed
/// (init_kmem_cache_nodes()).
constexpr std::uint32_t slab_min_partial(std::size_t size) noexcept {
  return std::clamp(static_cast<std::uint32_t>(std::bit_width(size) - 1) / 2, 5u, 10u);
}

}  // namespace tfm
