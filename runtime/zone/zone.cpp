// SPDX-License-Identifier: MIT
#include "runtime/zone/zone.hpp"

#include <sys/mman.h>

#include <mutex>
#include <new>
#include <utility>

#include "runtime/zone/bug.hpp"
#include "runtime/zone/gfp_zone.hpp"
#include "runtime/zone/neighbour.hpp"

namespace tfm {
namespace {

constexpr std::uint32_t most_burst = 1u << 20;  ///< a mean above this takes too long to draw

class Mapping {
 public:
  explicit Mapping(std::size_t bytes) noexcept : bytes_(bytes) {
    void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address != MAP_FAILED) memory_ = static_cast<std::byte*>(address);
  }
  Mapping(Mapping&& other) noexcept
      : memory_(std::exchange(other.memory_, nullptr)), bytes_(other.bytes_) {}
  Mapping& operator=(Mapping&&) = delete;
  ~Mapping() {
    if (memory_ != nullptr) ::munmap(memory_, bytes_);
  }
  std::byte* memory() const noexcept { return memory_; }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::byte* memory_ = nullptr;
  std::size_t bytes_;
};

}  // namespace

struct Zone::State {
  State(const ZoneOptions& options, const Watermarks& marks, Mapping mapped,
        std::unique_ptr<Page[]> page_frames, std::unique_ptr<Page*[]> kept) noexcept
      : mapping(std::move(mapped)),
        frames(std::move(page_frames)),
        cpus(options.cpus),
        pages({frames.get(), options.pages}, marks, options.kswapd),
        slabs(mapping.memory(), frames.get(), pages, cpus, std::move(kept)),
        neighbour(options.neighbour, options.seed, cpus, pages, slabs, frames.get(),
                  mapping.memory()) {
    pages.fill(options.neighbour.resident_pages);
  }

  void* alloc(std::size_t bytes, Gfp gfp) noexcept {
    if (bytes <= kmalloc_sizes.back()) return slabs.alloc(kmalloc_class(bytes), zone_cpu, gfp);
    if (bytes > zone_max_bytes) return nullptr;
    Page* page = pages.alloc(page_order(bytes), gfp, PageUse::large);
    return page == nullptr ? nullptr : address(page);
  }

  /// The first page of the slab or large block that holds the address, or nullptr.
  Page* block_of(const void* block) const noexcept {
    Page* page = &frames[static_cast<std::size_t>(offset(block)) / page_bytes];
    Page* head = page->head;  // may be left over from an earlier block
    if (head == nullptr || page - head >= std::ptrdiff_t{1} << head->order) return nullptr;
    return head->use == PageUse::slab || head->use == PageUse::large ? head : nullptr;
  }

  std::byte* address(const Page* page) const noexcept {
    return mapping.memory() + static_cast<std::size_t>(page - frames.get()) * page_bytes;
  }
  std::ptrdiff_t offset(const void* block) const noexcept {
    return static_cast<const std::byte*>(block) - mapping.memory();
  }
  static std::size_t footprint(const Page* head) noexcept {
    return head->use == PageUse::slab ? kmalloc_sizes[head->size_class] : page_bytes << head->order;
  }

  Mapping mapping;
  std::unique_ptr<Page[]> frames;
  unsigned cpus;
  mutable std::mutex mutex;
  PageAllocator pages;
  Slabs slabs;
  NeighbourTraffic neighbour;
  ZoneCounts atomic, kernel;
  std::uint64_t blocks = 0, bytes = 0;
  std::uint64_t sequence_hash = 0xcbf29ce484222325;
};

Result<std::unique_ptr<Zone>> Zone::create(const ZoneOptions& options) noexcept {
  const Watermarks marks = zone_watermarks(options.pages, options.min_pages);
  if (options.cpus == 0 || options.kswapd.pages_per_packet == 0 || marks.high >= options.pages ||
      options.neighbour.burst_pages > most_burst || options.neighbour.burst_objects > most_burst) {
    return error(Errno::einval);
  }
  Mapping mapping(std::size_t{options.pages} * page_bytes);
  std::unique_ptr<Page[]> frames(new (std::nothrow) Page[options.pages]);
  std::unique_ptr<Page*[]> kept(new (std::nothrow) Page* [Slabs::kept_entries(options.cpus)] {});
  if (mapping.memory() == nullptr || frames == nullptr || kept == nullptr) {
    return error(Errno::enomem);
  }
  std::unique_ptr<State> state(new (std::nothrow) State(options, marks, std::move(mapping),
                                                        std::move(frames), std::move(kept)));
  if (state == nullptr) return error(Errno::enomem);
  std::unique_ptr<Zone> zone(new (std::nothrow) Zone(std::move(state)));
  if (zone == nullptr) return error(Errno::enomem);
  return zone;
}

Zone::Zone(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}

Zone::~Zone() {
  if (state_->blocks != 0) {
    zone_bug("destroyed with %llu blocks of %llu bytes still allocated",
             static_cast<unsigned long long>(state_->blocks),
             static_cast<unsigned long long>(state_->bytes));
  }
  gfp_zone_gone(*this);
}

void* Zone::alloc(std::size_t bytes, Gfp gfp) noexcept {
  if (zone_cpu >= state_->cpus) zone_bug("CPU %u of %u", zone_cpu, state_->cpus);
  const std::lock_guard lock(state_->mutex);
  void* block = state_->alloc(bytes, gfp);
  ZoneCounts& counts = gfp == Gfp::atomic ? state_->atomic : state_->kernel;
  if (block != nullptr) {
    ++counts.granted;
    ++state_->blocks;
    state_->bytes += State::footprint(state_->block_of(block));
  } else {
    ++counts.refused;
  }
  const std::uint64_t event = bytes << 2 | (gfp == Gfp::atomic ? 2u : 0u) | (block ? 1u : 0u);
  state_->sequence_hash = (state_->sequence_hash ^ event) * 0x100000001b3;
  return block;
}

void Zone::free(void* block) noexcept {
  if (block == nullptr) return;
  if (!contains(block)) zone_bug("free of %p, which lies outside the zone", block);
  const std::lock_guard lock(state_->mutex);
  Page* head = state_->block_of(block);
  if (head == nullptr) zone_bug("free of %p, which is not allocated", block);
  const std::size_t bytes = State::footprint(head);
  if (head->use == PageUse::slab) {
    if (!state_->slabs.free(head, block)) zone_bug("free of %p, which is not a live object", block);
  } else {
    if (state_->address(head) != block) zone_bug("free of %p, inside a block", block);
    state_->pages.free(head);
  }
  --state_->blocks;
  state_->bytes -= bytes;
}

bool Zone::contains(const void* block) const noexcept {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  const auto first = reinterpret_cast<std::uintptr_t>(state_->mapping.memory());
  return address - first < state_->mapping.bytes();
}

std::size_t Zone::footprint(const void* block) const noexcept {
  // No lock is needed: no other thread writes what is read here while the block is live.
  const Page* head = contains(block) ? state_->block_of(block) : nullptr;
  if (head == nullptr) zone_bug("footprint of %p, which is not allocated", block);
  return State::footprint(head);
}

void Zone::tick() noexcept {
  const std::lock_guard lock(state_->mutex);
  state_->pages.tick();
  state_->neighbour.tick();
}

void Zone::shrink() noexcept {
  const std::lock_guard lock(state_->mutex);
  state_->slabs.shrink();
}

ZoneUsage Zone::usage() const noexcept {
  const std::lock_guard lock(state_->mutex);
  const PageAllocator& pages = state_->pages;
  return {.free_pages = pages.free_pages(),
          .slab_pages = pages.pages(PageUse::slab),
          .large_pages = pages.pages(PageUse::large),
          .neighbour_pages = pages.pages(PageUse::neighbour),
          .free_pages_lowest = pages.free_pages_lowest(),
          .neighbour_objects = state_->neighbour.objects(),
          .blocks = state_->blocks,
          .bytes = state_->bytes,
          .atomic = state_->atomic,
          .kernel = state_->kernel,
          .neighbour_refused = state_->neighbour.refused(),
          .kswapd_wakeups = pages.kswapd_wakeups(),
          .direct_reclaims = pages.direct_reclaims(),
          .sequence_hash = state_->sequence_hash};
}

}  // namespace tfm
