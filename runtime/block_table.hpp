// SPDX-License-Identifier: MIT
// Which live block is how large and whose. It stands beside the blocks: a header in front of each
// would change their size classes and their pages, and so what is to be counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "runtime/gfp.hpp"

namespace tfm {

struct BlockRecord {
  std::uint64_t bytes;  ///< as requested
  std::uint64_t footprint : 56;
  Owner owner;
};
static_assert(sizeof(BlockRecord) == 16);

/// A hash table from a block's address to its record: open addressing, linear probing, on memory of
/// its own from mmap(2). Not thread-safe. The process's end frees it.
class BlockTable {
 public:
  BlockTable() = default;
  BlockTable(const BlockTable&) = delete;
  BlockTable& operator=(const BlockTable&) = delete;
  ~BlockTable();

  /// Makes room for one more. False if the system has no memory for it.
  [[nodiscard]] bool reserve() noexcept;

  /// Room must have been reserved, `block` be neither nullptr nor in the table.
  void insert(const void* block, const BlockRecord& record) noexcept;

  /// The record of a block, taken out; nothing if it is not in the table.
  std::optional<BlockRecord> take(const void* block) noexcept;

  std::size_t size() const noexcept { return size_; }
  std::size_t resident_bytes() const noexcept;                    ///< all of it is in memory
  std::uint64_t page_faults() const noexcept { return faults_; }  ///< that its memory took, ever

 private:
  struct Slot {
    const void* block;  ///< nullptr: free
    BlockRecord record;
  };

  std::size_t home(const void* block) const noexcept;
  std::size_t next(std::size_t slot) const noexcept { return (slot + 1) & (slots_count_ - 1); }

  Slot* slots_ = nullptr;
  std::size_t slots_count_ = 0;  // a power of two, or 0
  std::size_t size_ = 0;
  std::uint64_t faults_ = 0;
};

}  // namespace tfm
