// SPDX-License-Identifier: MIT
// Heap age: what a machine that has run for weeks finds when a socket opens. Fresh heaps hand out
// neighbours; aged ones hand out holes between blocks that stay.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/block.hpp"
#include "runtime/gfp.hpp"

namespace tfm::bench {

/// Holds the blocks that stay, on Owner::shared's account; its end frees them.
class HeapAge {
 public:
  /// Nothing where the block's heap is fresh. Else blocks of up to 4,096 bytes, as many of each
  /// power of two, are allocated until `bytes` are live, replaced in random order four times over,
  /// and one in two, drawn, is freed. Throws std::runtime_error with one line if memory runs out.
  HeapAge(const Block& block, std::uint64_t bytes, std::uint64_t seed);
  HeapAge(const HeapAge&) = delete;
  HeapAge& operator=(const HeapAge&) = delete;
  ~HeapAge();

  /// Enough holes for one cell of the block: about what two transforms a socket take.
  static std::uint64_t bytes_of_cell(const Block& block);

 private:
  HeapAge() = default;
  void* alloc(std::uint32_t bytes);

  std::vector<void*> blocks_;
};

}  // namespace tfm::bench
