// SPDX-License-Identifier: MIT
// Heap age: the state of the heap when sockets open on a machine that has run for weeks. A fresh
// heap returns adjacent blocks. An aged heap returns holes between blocks that stay allocated.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "bench/block.hpp"
#include "runtime/gfp.hpp"

namespace tfm::bench {

/// Owns the blocks that stay, accounted to Owner::shared. The destructor frees them.
class HeapAge {
 public:
  /// Does nothing if the block's heap is fresh. Else it allocates blocks of up to 4,096 bytes,
  /// every power of two equally often, until `bytes` are live. Then it replaces four times as many
  /// blocks as there are, in random order, and frees each with probability 1/2. Throws
  /// std::runtime_error with one line if memory runs out.
  HeapAge(const Block& block, std::uint64_t bytes, std::uint64_t seed);
  HeapAge(const HeapAge&) = delete;
  HeapAge& operator=(const HeapAge&) = delete;
  ~HeapAge();

  /// Bytes that give enough holes for one cell of the block: about two transforms per socket.
  static std::uint64_t bytes_of_cell(const Block& block) {
    constexpr std::uint64_t socket_bytes = 1024;
    constexpr std::uint64_t least = 1 << 20;
    return std::max(socket_bytes * block.sockets, least);
  }

 private:
  HeapAge() = default;
  void* alloc(std::uint32_t bytes);

  std::vector<void*> blocks_;
};

}  // namespace tfm::bench
