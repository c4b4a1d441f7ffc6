// SPDX-License-Identifier: MIT
// How many bytes are live beyond those that were, in either link: the plain one keeps no ledger.
#pragma once

#include <cstdint>

#include "runtime/allocator.hpp"

namespace tfm::bench {

/// One at a time, on one thread: while it lives, gfp draws on what it drew on before through it.
/// What was allocated before may be freed meanwhile, and what is allocated meanwhile after.
class MeteredGfp {
 public:
  MeteredGfp() noexcept;
  ~MeteredGfp();
  MeteredGfp(const MeteredGfp&) = delete;
  MeteredGfp& operator=(const MeteredGfp&) = delete;

  /// The most that was live at once beyond what was live when this was made, as the allocator
  /// rounds; 0 if it was never more.
  std::uint64_t peak_bytes() const noexcept;
};

/// Nothing counts for its lifetime: what is allocated meanwhile is freed meanwhile, and is no
/// strategy's. Without effect where nothing is metered.
class Unmetered {
 public:
  Unmetered() noexcept;
  ~Unmetered();
  Unmetered(const Unmetered&) = delete;
  Unmetered& operator=(const Unmetered&) = delete;

 private:
  const AllocatorFunctions* saved_;
};

}  // namespace tfm::bench
