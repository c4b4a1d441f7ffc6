// SPDX-License-Identifier: MIT
// Measures how many more bytes are live than before. Works in both round executables: the plain one
// has no ledger.
#pragma once

#include <cstdint>

#include "runtime/allocator.hpp"

namespace tfm::bench {

/// While this object lives, gfp calls go through it to the allocator that was set before. Only one
/// object at a time, on one thread. Blocks can be allocated before and freed meanwhile, or
/// allocated meanwhile and freed after.
class MeteredGfp {
 public:
  MeteredGfp() noexcept;
  ~MeteredGfp();
  MeteredGfp(const MeteredGfp&) = delete;
  MeteredGfp& operator=(const MeteredGfp&) = delete;

  /// The peak of live bytes, minus those that were live at construction; at least 0. Sizes are as
  /// the allocator rounds them.
  std::uint64_t peak_bytes() const noexcept;
};

/// Pauses the meter for its lifetime. Everything allocated meanwhile must be freed meanwhile and
/// belong to no strategy. Has no effect if nothing is metered.
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
