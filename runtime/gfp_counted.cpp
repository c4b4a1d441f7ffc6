// SPDX-License-Identifier: MIT
// gfp with the ledger and the fault injector: what counted rounds and tests link.
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>
#include <optional>

#include "runtime/accounting.hpp"
#include "runtime/allocator.hpp"
#include "runtime/block_table.hpp"

namespace tfm {
namespace {

// One lock covers allocation and table: no thread can get an address that is still in the table.
class Counted final : public Accounting {
 public:
  void* alloc(std::size_t bytes, Gfp gfp, Owner owner) noexcept {
    const std::lock_guard lock(mutex_);
    void* block = refuse(bytes, gfp) ? nullptr : gfp_allocator->alloc(bytes, gfp);
    if (block == nullptr) return refused(gfp);
    charge(block, bytes, owner);
    return block;
  }

  void* realloc(void* block, std::size_t bytes, Gfp gfp, Owner owner) noexcept {
    if (block == nullptr) return alloc(bytes, gfp, owner);
    const std::lock_guard lock(mutex_);
    if (refuse(bytes, gfp)) return refused(gfp);
    const BlockRecord old = discharge(block);
    void* grown = gfp_allocator->realloc(block, bytes, gfp);
    if (grown == nullptr) {
      charge(block, old.bytes, old.owner);
      return refused(gfp);
    }
    charge(grown, bytes, old.owner);
    return grown;
  }

  void free(void* block) noexcept {
    if (block == nullptr) return;
    const std::lock_guard lock(mutex_);
    discharge(block);
    gfp_allocator->free(block);
  }

  Ledger ledger() const override {
    const std::lock_guard lock(mutex_);
    return ledger_;
  }
  Ledger peak() const override {
    const std::lock_guard lock(mutex_);
    return peak_;
  }
  AllocationCounts counts() const override {
    const std::lock_guard lock(mutex_);
    return counts_;
  }
  AccountingCost cost() const override {
    const std::lock_guard lock(mutex_);
    return {.resident_bytes = table_.resident_bytes(), .page_faults = table_.page_faults()};
  }
  void mark_peak() override {
    const std::lock_guard lock(mutex_);
    peak_ = ledger_;
  }
  void set_faults(const Faults& faults) override {
    const std::lock_guard lock(mutex_);
    injector_.emplace(faults);
  }
  void clear_faults() override {
    const std::lock_guard lock(mutex_);
    injector_.reset();
  }

 private:
  /// Counts the allocation. True if it must fail: by injection, or because the table has no room.
  bool refuse(std::size_t bytes, Gfp gfp) noexcept {
    ++(gfp == Gfp::atomic ? counts_.atomic : counts_.kernel);
    return (injector_ && injector_->should_fail(bytes, gfp)) || !table_.reserve();
  }

  void* refused(Gfp gfp) noexcept {
    ++(gfp == Gfp::atomic ? counts_.atomic_refused : counts_.kernel_refused);
    return nullptr;
  }

  void charge(void* block, std::size_t bytes, Owner owner) noexcept {
    const std::size_t footprint = gfp_allocator->footprint(block);
    table_.insert(block, {.bytes = bytes, .footprint = footprint, .owner = owner});
    const Account added{.bytes = bytes, .rounded_bytes = footprint, .blocks = 1};
    ledger_.of(owner) += added;
    ledger_.total += added;
    if (ledger_.total.bytes > peak_.total.bytes) peak_ = ledger_;
  }

  BlockRecord discharge(void* block) noexcept {
    const auto record = table_.take(block);
    if (!record) {
      std::fputs("gfp_free() or gfp_realloc() of a block that is not gfp's, or is already freed\n",
                 stderr);
      std::abort();
    }
    const Account gone{.bytes = record->bytes, .rounded_bytes = record->footprint, .blocks = 1};
    ledger_.of(record->owner) -= gone;
    ledger_.total -= gone;
    return *record;
  }

  mutable std::mutex mutex_;
  BlockTable table_;
  Ledger ledger_;
  Ledger peak_;
  AllocationCounts counts_;
  std::optional<FaultInjector> injector_;
};

// Never destroyed: OpenSSL frees its blocks in an exit handler.
Counted& counted() noexcept {
  alignas(Counted) static unsigned char storage[sizeof(Counted)];
  static auto* instance = ::new (storage) Counted;
  return *instance;
}

}  // namespace

void* gfp_alloc(std::size_t bytes, Gfp gfp, Owner owner) noexcept {
  return counted().alloc(bytes, gfp, owner);
}
void* gfp_realloc(void* block, std::size_t bytes, Gfp gfp, Owner owner) noexcept {
  return counted().realloc(block, bytes, gfp, owner);
}
void gfp_free(void* block) noexcept { counted().free(block); }

Accounting* gfp_accounting() noexcept { return &counted(); }

}  // namespace tfm
