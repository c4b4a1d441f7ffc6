// SPDX-License-Identifier: MIT
// A jemalloc arena with a hard budget of pages: what a real allocator takes for the blocks that a
// zone (runtime/zone/zone.hpp) holds, as a cross-check of its totals. When it refuses says little:
// with one neighbour's block alive in a slab it asks for no page at all.
#pragma once

#include <cstdint>
#include <memory>

#include "runtime/error.hpp"

namespace tfm {

struct JemallocArenaUsage {
  std::uint32_t mapped_pages = 0;       ///< of slabs and large blocks; within the budget
  std::uint32_t mapped_pages_most = 0;  ///< since the arena was made
  std::uint32_t metadata_pages = 0;     ///< beside them, as a zone's page frames lie beside its
                                        ///< pages; jemalloc takes 2 MiB at a time
  std::uint64_t blocks = 0;             ///< live
  std::uint64_t refused = 0;            ///< allocations
};

/// While it lives, gfp draws on it; before and after, on the allocator that it found. One at a
/// time, and no zone beside it. Pages that nothing lies in go back at once, and no thread keeps
/// free blocks. Made and ended while no other thread allocates; else thread-safe.
class JemallocArena {
 public:
  /// Errors: einval: another lives; enomem: jemalloc makes no more arenas.
  static Result<std::unique_ptr<JemallocArena>> create(std::uint32_t budget_pages) noexcept;

  JemallocArena(const JemallocArena&) = delete;
  JemallocArena& operator=(const JemallocArena&) = delete;
  /// What is still allocated goes with it.
  ~JemallocArena();

  JemallocArenaUsage usage() const noexcept;

 private:
  struct State;
  explicit JemallocArena(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace tfm
