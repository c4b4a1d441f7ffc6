// SPDX-License-Identifier: MIT
#include "runtime/allocators/jemalloc_arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <mutex>
#include <new>
#include <utility>

#include "runtime/allocator.hpp"
#include "runtime/allocators/jemalloc_interface.hpp"
#include "runtime/zone/zone.hpp"

namespace tfm {
namespace {

/// The alignment of jemalloc's own blocks of metadata. Nothing else that it maps here has it.
constexpr std::size_t metadata_alignment = 2 << 20;

/// The least that jemalloc asks for when it wants room to grow.
constexpr std::size_t growth_bytes = 2 << 20;

/// The most that this thread's current allocation needs, if it is large.
thread_local constinit std::size_t wanted_bytes = 0;

void* map_aligned(std::size_t bytes, std::size_t alignment) noexcept {
  const std::size_t more = alignment > page_bytes ? alignment : 0;
  void* memory = ::mmap(nullptr, bytes + more, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  if (more == 0) return memory;
  auto* const begin = static_cast<std::byte*>(memory);
  const std::size_t front = -reinterpret_cast<std::uintptr_t>(begin) % alignment;
  if (front > 0) ::munmap(begin, front);
  ::munmap(begin + front + bytes, more - front);
  return begin + front;
}

}  // namespace

struct JemallocArena::State {
  struct Extent {
    std::size_t bytes;
    bool metadata;
  };

  explicit State(std::uint32_t pages) noexcept : budget_pages(pages) {}

  void* map(std::size_t bytes, std::size_t alignment) noexcept {
    const bool metadata = alignment >= metadata_alignment;
    // With opt.retain jemalloc first asks for room to grow. If that is refused, it asks for what it
    // needs.
    if (!metadata && bytes >= growth_bytes && bytes > wanted_bytes) return nullptr;
    const auto pages = static_cast<std::uint32_t>(bytes / page_bytes);
    const std::lock_guard lock(mutex);
    if (!metadata && pages > budget_pages - usage.mapped_pages) return nullptr;
    void* const memory = map_aligned(bytes, alignment);
    if (memory == nullptr) return nullptr;
    try {
      extents.emplace(reinterpret_cast<std::uintptr_t>(memory), Extent{bytes, metadata});
    } catch (const std::bad_alloc&) {
      ::munmap(memory, bytes);
      return nullptr;
    }
    (metadata ? usage.metadata_pages : usage.mapped_pages) += pages;
    usage.mapped_pages_most = std::max(usage.mapped_pages_most, usage.mapped_pages);
    return memory;
  }

  /// Takes back what map() returned, in one piece: without a function for it jemalloc splits
  /// nothing.
  void unmap(void* memory) noexcept {
    const std::lock_guard lock(mutex);
    const auto found = extents.find(reinterpret_cast<std::uintptr_t>(memory));
    const auto [bytes, metadata] = found->second;
    extents.erase(found);
    (metadata ? usage.metadata_pages : usage.mapped_pages) -=
        static_cast<std::uint32_t>(bytes / page_bytes);
    ::munmap(memory, bytes);
  }

  bool contains(const void* block) const noexcept {
    const auto address = reinterpret_cast<std::uintptr_t>(block);
    const std::lock_guard lock(mutex);
    const auto after = extents.upper_bound(address);
    if (after == extents.begin()) return false;
    const auto& [begin, extent] = *std::prev(after);
    return address - begin < extent.bytes;
  }

  void* count(void* fresh, bool a_block_more) noexcept {
    const std::lock_guard lock(mutex);
    if (fresh == nullptr) {
      ++usage.refused;
    } else if (a_block_more) {
      ++usage.blocks;
    }
    return fresh;
  }

  void* alloc(std::size_t bytes) noexcept {
    const std::size_t asked = note_wanted(bytes);
    return count(mallocx(asked, flags), true);
  }
  void* realloc(void* block, std::size_t bytes) noexcept {
    const std::size_t asked = note_wanted(bytes);
    return count(rallocx(block, asked, flags), false);
  }
  void free(void* block) noexcept {
    {
      const std::lock_guard lock(mutex);
      --usage.blocks;
    }
    dallocx(block, flags);
  }

  /// mallctl("arena.INDEX.WHAT"). It fails only if there is no such name.
  void control(const char* what, void* fresh, std::size_t fresh_bytes) const noexcept {
    std::array<char, 64> name;
    std::snprintf(name.data(), name.size(), "arena.%u.%s", index, what);
    mallctl(name.data(), nullptr, nullptr, fresh, fresh_bytes);
  }

  /// Notes the most that map() may be asked for, and returns the size to ask jemalloc for. Large
  /// blocks take one page more, so that they do not all begin at the same cache line of a page
  /// (opt.cache_oblivious).
  static std::size_t note_wanted(std::size_t bytes) noexcept {
    const std::size_t asked = at_least_16(bytes);
    wanted_bytes = nallocx(asked, 0) + page_bytes;
    return asked;
  }

  const std::uint32_t budget_pages;
  unsigned index = 0;
  int flags = 0;
  const AllocatorFunctions* behind = nullptr;
  mutable std::mutex mutex;
  std::map<std::uintptr_t, Extent> extents;
  JemallocArenaUsage usage;

  inline static State* current = nullptr;
  static const AllocatorFunctions functions;
  static const ExtentHooks hooks;
};

constexpr ExtentHooks JemallocArena::State::hooks{
    .alloc = [](ExtentHooks*, void* at, std::size_t bytes, std::size_t alignment, bool* zero,
                bool* commit, unsigned) -> void* {
      if (at != nullptr) return nullptr;  // jemalloc wants to grow a block in place
      *zero = *commit = true;
      return current->map(bytes, alignment);
    },
    .dalloc =
        [](ExtentHooks*, void* memory, std::size_t, bool, unsigned) {
          current->unmap(memory);
          return false;
        },
    .destroy = [](ExtentHooks*, void* memory, std::size_t, bool,
                  unsigned) { current->unmap(memory); },
};

constexpr AllocatorFunctions JemallocArena::State::functions{
    .alloc = [](std::size_t bytes, Gfp) noexcept { return current->alloc(bytes); },
    .realloc =
        [](void* block, std::size_t bytes, Gfp gfp) noexcept {
          if (block == nullptr) return current->alloc(bytes);
          return current->contains(block) ? current->realloc(block, bytes)
                                          : current->behind->realloc(block, bytes, gfp);
        },
    .free =
        [](void* block) noexcept {
          if (block == nullptr) return;
          current->contains(block) ? current->free(block) : current->behind->free(block);
        },
    .footprint =
        [](const void* block) noexcept {
          return current->contains(block) ? sallocx(block, 0) : current->behind->footprint(block);
        },
    .statistics = []() noexcept { return current->behind->statistics(); },
};

Result<std::unique_ptr<JemallocArena>> JemallocArena::create(std::uint32_t budget_pages) noexcept {
  if (State::current != nullptr) return error(Errno::einval);
  std::unique_ptr<State> state(new (std::nothrow) State(budget_pages));
  if (state == nullptr) return error(Errno::enomem);
  std::unique_ptr<JemallocArena> arena(new (std::nothrow) JemallocArena(nullptr));
  if (arena == nullptr) return error(Errno::enomem);

  State::current = state.get();
  const ExtentHooks* hooks = &State::hooks;
  std::size_t bytes = sizeof state->index;
  // NOLINTNEXTLINE(bugprone-sizeof-expression): arenas.create takes a pointer
  if (mallctl("arenas.create", &state->index, &bytes, &hooks, sizeof hooks) != 0) {
    State::current = nullptr;
    return error(Errno::enomem);
  }
  state->flags = jemalloc_in_arena(state->index) | jemalloc_without_cache;
  arena->state_ = std::move(state);
  for (const char* what : {"dirty_decay_ms", "muzzy_decay_ms"}) {
    ssize_t at_once = 0;
    arena->state_->control(what, &at_once, sizeof at_once);
  }
  arena->state_->behind = std::exchange(gfp_allocator, &State::functions);
  return arena;
}

JemallocArena::JemallocArena(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}

JemallocArena::~JemallocArena() {
  if (state_ == nullptr) return;
  gfp_allocator = state_->behind;
  state_->control("destroy", nullptr, 0);
  State::current = nullptr;
}

JemallocArenaUsage JemallocArena::usage() const noexcept {
  const std::lock_guard lock(state_->mutex);
  return state_->usage;
}

}  // namespace tfm
