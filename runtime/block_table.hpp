// SPDX-License-Identifier: MIT
// The size and owner of every live block. The table lies apart from the blocks: a header before
// each block would change its size class and its pages, and so the very numbers to be counted.
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

/// A hash table from a block's address to its record: open addressing, linear probing, in its own
/// memory from mmap(2). Not thread-safe.
class BlockTable {
 public:
  BlockTable() = default;
  BlockTable(const BlockTable&) = delete;
  BlockTable& operator=(const BlockTable&) = delete;
  ~BlockTable();

  /// Makes room for one more block. False if the system has no memory for it.
  [[nodiscard]] bool reserve() noexcept;

  /// Call reserve() first. `block` must not be nullptr and not be in the table.
  void insert(const void* block, const BlockRecord& record) noexcept;

  /// Removes a block and returns its record, or nothing if it is not in the table.
  std::optional<BlockRecord> take(const void* block) noexcept;

  std::size_t size() const noexcept { return size_; }
  std::size_t resident_bytes() const noexcept;                    ///< of the table
  std::uint64_t page_faults() const noexcept { return faults_; }  ///< of its memory, in total

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
