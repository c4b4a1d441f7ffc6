// SPDX-License-Identifier: MIT
#include "runtime/block_table.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <bit>
#include <utility>

namespace tfm {
namespace {

std::size_t page_bytes() noexcept {
  static const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

/// Zeroed memory that is resident, so that its cost is known: one fault per page. nullptr if the
/// system has no memory for it.
void* map(std::size_t bytes) noexcept {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  madvise(memory, bytes, MADV_NOHUGEPAGE);  // fails if the kernel has no huge pages
  for (std::size_t at = 0; at < bytes; at += page_bytes()) {
    static_cast<volatile char*>(memory)[at] = 0;
  }
  return memory;
}

}  // namespace

BlockTable::~BlockTable() {
  if (slots_ != nullptr) munmap(slots_, resident_bytes());
}

std::size_t BlockTable::resident_bytes() const noexcept {
  const std::size_t bytes = slots_count_ * sizeof(Slot);
  return (bytes + page_bytes() - 1) / page_bytes() * page_bytes();
}

// Fibonacci hashing: the product's high bits depend on all of the address.
std::size_t BlockTable::home(const void* block) const noexcept {
  const std::uint64_t product = reinterpret_cast<std::uintptr_t>(block) * 0x9e3779b97f4a7c15;
  return product >> (64 - std::countr_zero(slots_count_));
}

bool BlockTable::reserve() noexcept {
  if (size_ < slots_count_ / 4 * 3) return true;
  BlockTable larger;
  larger.slots_count_ = slots_count_ == 0 ? 1U << 14 : 2 * slots_count_;
  larger.slots_ = static_cast<Slot*>(map(larger.resident_bytes()));
  if (larger.slots_ == nullptr) return false;
  larger.faults_ = faults_ + larger.resident_bytes() / page_bytes();
  for (std::size_t slot = 0; slot < slots_count_; ++slot) {
    if (slots_[slot].block != nullptr) larger.insert(slots_[slot].block, slots_[slot].record);
  }
  std::swap(slots_, larger.slots_);
  std::swap(slots_count_, larger.slots_count_);
  faults_ = larger.faults_;
  return true;
}

void BlockTable::insert(const void* block, const BlockRecord& record) noexcept {
  std::size_t slot = home(block);
  while (slots_[slot].block != nullptr) slot = next(slot);
  slots_[slot] = {block, record};
  ++size_;
}

std::optional<BlockRecord> BlockTable::take(const void* block) noexcept {
  if (slots_count_ == 0) return std::nullopt;
  std::size_t gap = home(block);
  while (slots_[gap].block != block) {
    if (slots_[gap].block == nullptr) return std::nullopt;
    gap = next(gap);
  }
  const BlockRecord record = slots_[gap].record;
  // Close the gap. A later entry moves there unless its home lies between the gap and the entry. It
  // leaves the next gap (Knuth, TAOCP 6.4, algorithm R).
  for (std::size_t slot = next(gap); slots_[slot].block != nullptr; slot = next(slot)) {
    const std::size_t from_home = (slot - home(slots_[slot].block)) & (slots_count_ - 1);
    const std::size_t from_gap = (slot - gap) & (slots_count_ - 1);
    if (from_home < from_gap) continue;
    slots_[gap] = slots_[slot];
    gap = slot;
  }
  slots_[gap].block = nullptr;
  --size_;
  return record;
}

}  // namespace tfm
