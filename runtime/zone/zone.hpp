// SPDX-License-Identifier: MIT
// A machine's memory under pressure, small and deterministic: a fixed pool of pages that sockets,
// strategies, skbs and other traffic share, so that atomic allocations fail as they do in a kernel
// and nobody scripts which.
//
// Modelled on Linux 6.12: the buddy allocator, its watermarks and kswapd (mm/page_alloc.c,
// mm/vmscan.c), and kmalloc over SLUB's slabs (mm/slub.c). Left out: the per-CPU lists of single
// pages, the reserve for high orders, compaction, and SLUB's optional per-CPU partial lists.
// Time is virtual: it passes by packets, and only in tick(). The same options and the same calls
// give the same grants and refusals, whatever the machine and its addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "runtime/error.hpp"
#include "runtime/gfp.hpp"

namespace tfm {

inline constexpr std::size_t page_bytes = 4096;
/// kmalloc's own limit (KMALLOC_MAX_SIZE): a block of order 10.
inline constexpr std::size_t zone_max_bytes = page_bytes << 10;

/// Everyone else on the machine. Bursts are GFP_ATOMIC, as traffic's are; when they come and how
/// much they want depends on the seed alone, so that all strategies meet the same ones.
struct Neighbour {
  std::uint32_t resident_pages = 0;  ///< held from the start, as page cache holds what is idle; no
                                     ///< more than leaves the high watermark free
  std::uint32_t gap_packets = 0;     ///< packets between bursts, the mean (geometric); 0: none come
  std::uint32_t burst_pages = 0;     ///< pages a burst asks for, the mean (geometric); kept until
                                     ///< reclaimed
  std::uint32_t burst_objects = 0;   ///< kmalloc objects a burst asks for, the mean (geometric), of
                                     ///< classes drawn evenly from 16 to 2048 bytes
  std::uint32_t hold_packets = 0;    ///< packets until a burst's objects are freed
};

/// The reclaimer: woken when an allocation finds the low watermark passed, it takes pages from the
/// neighbour, oldest first, until more than the high watermark is free.
struct Kswapd {
  std::uint32_t delay_packets = 0;  ///< whole packets that pass between waking and its first page
  std::uint32_t pages_per_packet = 1;  ///< at least 1
};

struct ZoneOptions {
  std::uint32_t pages = 0;
  unsigned cpus = 1;            ///< a slab kept per size class and CPU; slabs grow with them, too
  std::uint64_t seed = 1;       ///< of the neighbour's bursts
  std::uint32_t min_pages = 0;  ///< the min watermark; 0: 2·√pages, 32 at least
                                ///< (calculate_min_free_kbytes(): 4·√KiB)
  Neighbour neighbour{};
  Kswapd kswapd{};
};

/// A machine busy with other things: memory full of page cache, and bursts of 1 MB on average,
/// about half of it in pages and half in objects (of 437 bytes, the mean of their classes). At
/// 1,000,000 packets/s a burst comes every 2 ms, kswapd takes 0.2 ms to wake and reclaims 4 GB/s.
inline constexpr Neighbour busy_neighbour{.resident_pages = UINT32_MAX,
                                          .gap_packets = 2000,
                                          .burst_pages = 128,
                                          .burst_objects = 1024,
                                          .hold_packets = 1000};
inline constexpr Kswapd busy_kswapd{.delay_packets = 200, .pages_per_packet = 1};

/// Grants and refusals since the zone was made, the neighbour's not among them.
struct ZoneCounts {
  std::uint64_t granted = 0;
  std::uint64_t refused = 0;
};

/// free + slab + large + neighbour pages are all the zone's pages.
struct ZoneUsage {
  std::uint32_t free_pages = 0;
  std::uint32_t slab_pages = 0;         ///< the neighbour's objects lie in them too
  std::uint32_t large_pages = 0;        ///< of blocks above 8192 bytes
  std::uint32_t neighbour_pages = 0;    ///< reclaimable
  std::uint32_t free_pages_lowest = 0;  ///< since the zone was made
  std::uint32_t neighbour_objects = 0;  ///< live
  std::uint64_t blocks = 0;             ///< live, the neighbour's objects not among them
  std::uint64_t bytes = 0;              ///< their footprints
  ZoneCounts atomic, kernel;
  std::uint64_t neighbour_refused = 0;  ///< pages and objects that its bursts did not get
  std::uint64_t kswapd_wakeups = 0;
  std::uint64_t direct_reclaims = 0;  ///< GFP_KERNEL allocations that had to reclaim themselves
  /// A hash of every grant and refusal in order: bytes asked, gfp, outcome (FNV-1a's step on
  /// words).
  std::uint64_t sequence_hash = 0;
};

/// The watermarks in pages (__setup_per_zone_wmarks()). An allocation of 2^order pages is granted
/// if more pages than the mark stay free, the block's first page counted as free
/// (__zone_watermark_ok()).
struct Watermarks {
  std::uint32_t min, low, high;
  std::uint32_t atomic;  ///< GFP_ATOMIC may go down to here: min less a half, less a quarter
};

/// The CPU on which this thread's allocations take place: less than ZoneOptions::cpus.
inline thread_local constinit unsigned zone_cpu = 0;

/// Thread-safe: one lock for all CPUs. With one thread it is deterministic.
class Zone {
 public:
  /// Maps the pages; they cost memory only when touched.
  /// Errors: einval: the high watermark is not below `pages`, no CPUs, a kswapd that gives nothing
  /// back, or bursts of more than 2^20 on average; enomem: no address space, or no memory for the
  /// page frames (40 bytes a page).
  static Result<std::unique_ptr<Zone>> create(const ZoneOptions& options) noexcept;

  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;
  /// Everything allocated must have been freed, else the process is aborted with a line that says
  /// how much is left. A zone in use is taken out of use.
  ~Zone();

  /// kmalloc(): `bytes` of uninitialised memory aligned to 8, and to 16 above 8 bytes, or nullptr.
  /// Up to 8192 bytes it is an object of a size class; above, a block of 2^order pages.
  [[nodiscard]] void* alloc(std::size_t bytes, Gfp gfp) noexcept;

  /// kfree(); nullptr is allowed. What alloc() did not return, or what was just freed, aborts the
  /// process.
  void free(void* block) noexcept;

  /// Is the address one of this zone's?
  bool contains(const void* block) const noexcept;

  /// Bytes that the block takes (ksize()): its size class, or its pages.
  std::size_t footprint(const void* block) const noexcept;

  /// One packet of virtual time: kswapd's share, then the neighbour's.
  void tick() noexcept;

  /// As kmem_cache_shrink() on every class: slabs without objects go back to the free pages, those
  /// that CPUs keep too.
  void shrink() noexcept;

  ZoneUsage usage() const noexcept;

 private:
  struct State;
  explicit Zone(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

/// From now on gfp draws on this zone; on nullptr, on the allocator as before. A block is freed,
/// and grown, where it was allocated. One zone at a time: the one before must hold no blocks. Call
/// it while no other thread allocates. `zone` is not owned and must outlive its blocks.
void gfp_use_zone(Zone* zone) noexcept;

}  // namespace tfm
