// SPDX-License-Identifier: MIT
// A jemalloc arena with a hard budget of pages. It shows how many pages a real allocator takes for
// the blocks that a zone (runtime/zone/zone.hpp) holds, as a cross-check of the zone's totals. The
// moment of a refusal says little: while one of the neighbour's blocks is live in a slab, that slab
// still has room and the arena asks for no page.
#pragma once

#include <cstdint>
#include <memory>

#include "runtime/error.hpp"

namespace tfm {

struct JemallocArenaUsage {
  std::uint32_t mapped_pages = 0;       ///< of slabs and large blocks; within the budget
  std::uint32_t mapped_pages_most = 0;  ///< since the arena was made
  std::uint32_t metadata_pages = 0;     ///< outside the budget, as a zone's page frames are outside
                                        ///< its pages; jemalloc takes 2 MiB at a time
  std::uint64_t blocks = 0;             ///< live
  std::uint64_t refused = 0;            ///< allocations
};

/// While it lives, gfp allocates from it; afterwards gfp returns to the allocator it used before.
/// There can be one arena at a time, and no zone beside it. Empty pages go back at once, and no
/// thread caches free blocks. Create and destroy it while no other thread allocates. Otherwise it
/// is thread-safe.
class JemallocArena {
 public:
  /// Errors: einval: there is another arena; enomem: jemalloc makes no more arenas.
  static Result<std::unique_ptr<JemallocArena>> create(std::uint32_t budget_pages) noexcept;

  JemallocArena(const JemallocArena&) = delete;
  JemallocArena& operator=(const JemallocArena&) = delete;
  /// Frees the blocks that are still allocated.
  ~JemallocArena();

  JemallocArenaUsage usage() const noexcept;

 private:
  struct State;
  explicit JemallocArena(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace tfm
