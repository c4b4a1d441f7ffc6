// SPDX-License-Identifier: MIT
// A small, deterministic model of a machine's memory under pressure. Sockets, strategies, skbs and
// other traffic share a fixed pool of pages. So atomic allocations fail as they do in a kernel, and
// no script decides which.
//
// Modelled on Linux 6.12: the buddy allocator, its watermarks and kswapd (mm/page_alloc.c,
// mm/vmscan.c), and kmalloc over SLUB's slabs (mm/slub.c). Left out: the per-CPU lists of single
// pages, the reserve for high orders, compaction, and SLUB's optional per-CPU partial lists. Time
// is virtual: it is counted in packets and passes only in tick(). The same options and the same
// calls give the same grants and refusals on every machine, at any addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/error.hpp"
#include "runtime/gfp.hpp"

namespace tfm {

inline constexpr std::size_t page_bytes = 4096;
/// kmalloc's limit (KMALLOC_MAX_SIZE): a block of order 10.
inline constexpr std::size_t zone_max_bytes = page_bytes << 10;

/// All other users of the machine's memory. Bursts are GFP_ATOMIC, as network traffic's are. Their
/// time and size depend only on the seed, so that all strategies meet the same bursts.
struct Neighbour {
  std::uint32_t resident_pages = 0;  ///< held from the start, as page cache holds idle memory; at
                                     ///< most until only the high watermark is free
  std::uint32_t gap_packets = 0;     ///< mean packets between bursts (geometric); 0: no bursts
  std::uint32_t burst_pages = 0;     ///< mean pages that a burst asks for (geometric); kept until
                                     ///< reclaimed
  std::uint32_t burst_objects = 0;   ///< mean kmalloc objects that a burst asks for (geometric), of
                                     ///< classes drawn evenly from 16 to 2048 bytes
  std::uint32_t hold_packets = 0;    ///< packets until a burst's objects are freed
};

/// The reclaimer. An allocation that would go below the low watermark wakes it. It takes pages from
/// the neighbour, oldest first, until more than the high watermark is free.
struct Kswapd {
  std::uint32_t delay_packets = 0;     ///< packets between waking and its first page
  std::uint32_t pages_per_packet = 1;  ///< at least 1
};

struct ZoneOptions {
  std::uint32_t pages = 0;
  unsigned cpus = 1;            ///< each keeps a slab per size class; more CPUs mean larger slabs
  std::uint64_t seed = 1;       ///< for the neighbour's bursts
  std::uint32_t min_pages = 0;  ///< the min watermark; 0: 2·√pages, at least 32
                                ///< (calculate_min_free_kbytes(): 4·√KiB)
  Neighbour neighbour{};
  Kswapd kswapd{};
};

/// A busy machine. Its memory is full of page cache, and bursts take 1 MB on average, about half of
/// it in pages and half in objects (of 437 bytes, the mean of their classes). At 1,000,000
/// packets/s a burst comes every 2 ms; kswapd takes 0.2 ms to wake and reclaims 4 GB/s.
inline constexpr Neighbour busy_neighbour{.resident_pages = UINT32_MAX,
                                          .gap_packets = 2000,
                                          .burst_pages = 128,
                                          .burst_objects = 1024,
                                          .hold_packets = 1000};
inline constexpr Kswapd busy_kswapd{.delay_packets = 200, .pages_per_packet = 1};

/// Grants and refusals since the zone was made, without the neighbour's.
struct ZoneCounts {
  std::uint64_t granted = 0;
  std::uint64_t refused = 0;
};

/// The sum of free, slab, large and neighbour pages is all pages of the zone.
struct ZoneUsage {
  std::uint32_t free_pages = 0;
  std::uint32_t slab_pages = 0;         ///< the neighbour's objects lie in them too
  std::uint32_t large_pages = 0;        ///< of blocks above 8192 bytes
  std::uint32_t neighbour_pages = 0;    ///< reclaimable
  std::uint32_t free_pages_lowest = 0;  ///< since the zone was made
  std::uint32_t neighbour_objects = 0;  ///< live
  std::uint64_t blocks = 0;             ///< live, without the neighbour's objects
  std::uint64_t bytes = 0;              ///< their footprints
  ZoneCounts atomic, kernel;
  std::uint64_t neighbour_refused = 0;  ///< pages and objects that its bursts did not get
  std::uint64_t kswapd_wakeups = 0;
  std::uint64_t direct_reclaims = 0;  ///< GFP_KERNEL allocations that reclaimed pages themselves
  /// A hash of all grants and refusals in order: bytes asked for, gfp, outcome (FNV-1a's step on
  /// words).
  std::uint64_t sequence_hash = 0;
};

/// The watermarks in pages (__setup_per_zone_wmarks()). An allocation of 2^order pages is granted
/// if more pages than the mark stay free; the block's first page counts as free
/// (__zone_watermark_ok()).
struct Watermarks {
  std::uint32_t min, low, high;
  std::uint32_t atomic;  ///< GFP_ATOMIC may go down to this: half of min, less a quarter of that
};

/// The CPU that this thread allocates on, below ZoneOptions::cpus.
inline thread_local constinit unsigned zone_cpu = 0;

/// Thread-safe: one lock for all CPUs. With one thread it is deterministic.
class Zone {
 public:
  /// Maps the pages. A page costs memory only when it is touched.
  /// Errors: einval: the high watermark is not below `pages`, there are no CPUs, kswapd reclaims
  /// nothing, or bursts have more than 2^20 on average; enomem: no address space, or no memory for
  /// the page frames (40 bytes per page).
  static Result<std::unique_ptr<Zone>> create(const ZoneOptions& options) noexcept;

  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;
  /// All blocks must be freed before; otherwise the process aborts with a line that says how much
  /// is left. If gfp uses the zone, gfp returns to the allocator.
  ~Zone();

  /// As kmalloc(): `bytes` of uninitialised memory, or nullptr. Aligned to 8, and to 16 above 8
  /// bytes. Up to 8192 bytes it is an object of a size class; above that, a block of 2^order pages.
  [[nodiscard]] void* alloc(std::size_t bytes, Gfp gfp) noexcept;

  /// As kfree(); nullptr is allowed. Aborts the process if alloc() did not return the block, or if
  /// it was just freed.
  void free(void* block) noexcept;

  /// Whether the address lies in this zone.
  bool contains(const void* block) const noexcept;

  /// Bytes that the block takes (ksize()): its size class, or its pages.
  std::size_t footprint(const void* block) const noexcept;

  /// One packet of virtual time: kswapd's share, then the neighbour's.
  void tick() noexcept;

  /// As kmem_cache_shrink() on every class: frees the pages of all slabs without objects, also of
  /// those that CPUs keep.
  void shrink() noexcept;

  ZoneUsage usage() const noexcept;

 private:
  struct State;
  explicit Zone(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// From now on gfp allocates from this zone, or for nullptr from the allocator as before. A block
/// is freed and grown where it was allocated. There is one zone at a time: the previous one must
/// hold no blocks. Call it while no other thread allocates. `zone` is not owned and must outlive
/// its blocks.
void gfp_use_zone(Zone* zone) noexcept;

}  // namespace tfm
