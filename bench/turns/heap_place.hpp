// SPDX-License-Identifier: MIT
// Where memory lies in the heap.
//
// With the same strategies in a block an allocator gives the same addresses in every process, but
// for the pages that the kernel draws. So a request that is allocated for each packet had one place
// beside all else that the packet touches, in all rounds. One more strategy in the block gave it
// another, and moved ratios by 1 %; with a few places a packet took 5 to 10 % longer. So each round
// draws a place for what a cell keeps, and each turn one for what its packets allocate.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/rng.hpp"

namespace tfm::bench {

/// Mixed into a turn's seed for its place.
inline constexpr std::uint64_t heap_stream = 0x68656170;

/// Owns the blocks, accounted to Owner::shared. The destructor frees them.
class HeapPlace {
 public:
  HeapPlace() = default;
  HeapPlace(HeapPlace&& other) noexcept = default;
  HeapPlace(const HeapPlace&) = delete;
  HeapPlace& operator=(const HeapPlace&) = delete;
  ~HeapPlace() { free(); }

  /// Takes 0 to 7 blocks of each size up to 512 bytes, in steps of 16. They move the heap's end and
  /// take holes and slots of slabs, so the next blocks lie elsewhere. Allocators keep free blocks
  /// for each thread: the thread whose blocks are to move calls it. Takes fewer if memory runs out.
  void draw(Rng& rng);

  /// What was taken is free again; the last that is freed is often the next that is allocated.
  void free() noexcept;

 private:
  std::vector<void*> blocks_;
};

}  // namespace tfm::bench
