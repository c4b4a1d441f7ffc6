// SPDX-License-Identifier: MIT
// gfp with the ledger and the fault injector: what counted rounds and tests link. Each block
// carries a header in front of it, which the ledger does not count.
#include <mutex>

#include "runtime/accounting.hpp"
#include "runtime/allocator.hpp"
#include "runtime/rng.hpp"

namespace tfm {
namespace {

struct alignas(16) Header {
  std::uint64_t bytes;
  Owner owner;
};
static_assert(sizeof(Header) == 16);

class Counted final : public Accounting {
 public:
  void* alloc(std::size_t bytes, Gfp gfp, Owner owner) noexcept {
    if (refuse(gfp)) return nullptr;
    auto* header = static_cast<Header*>(allocator->alloc(sizeof(Header) + bytes));
    if (header == nullptr) return refused(gfp);
    *header = {bytes, owner};
    const std::lock_guard lock(mutex_);
    charge(*header);
    return header + 1;
  }

  void* realloc(void* block, std::size_t bytes, Gfp gfp, Owner owner) noexcept {
    if (block == nullptr) return alloc(bytes, gfp, owner);
    if (refuse(gfp)) return nullptr;
    const Header old = static_cast<Header*>(block)[-1];
    auto* header = static_cast<Header*>(
        allocator->realloc(static_cast<Header*>(block) - 1, sizeof(Header) + bytes));
    if (header == nullptr) return refused(gfp);
    *header = {bytes, old.owner};
    const std::lock_guard lock(mutex_);
    discharge(old);
    charge(*header);
    return header + 1;
  }

  void free(void* block) noexcept {
    if (block == nullptr) return;
    auto* header = static_cast<Header*>(block) - 1;
    {
      const std::lock_guard lock(mutex_);
      discharge(*header);
    }
    allocator->free(header);
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
  void mark_peak() override {
    const std::lock_guard lock(mutex_);
    peak_ = ledger_;
  }
  void set_faults(const Faults& faults) override {
    const std::lock_guard lock(mutex_);
    faults_ = faults;
    injecting_ = true;
    candidates_ = 0;
    failures_ = 0;
    rng_ = Rng(faults.seed);
  }
  void clear_faults() override {
    const std::lock_guard lock(mutex_);
    injecting_ = false;
  }

  const AllocatorFunctions* allocator = &allocator_functions(Allocator::glibc);

 private:
  /// Counts the allocation, and decides its fate.
  bool refuse(Gfp gfp) noexcept {
    const std::lock_guard lock(mutex_);
    ++(gfp == Gfp::atomic ? counts_.atomic : counts_.kernel);
    if (!injecting_ || (gfp == Gfp::kernel && !faults_.also_kernel)) return false;
    if (!strikes()) return false;
    ++failures_;
    ++(gfp == Gfp::atomic ? counts_.atomic_refused : counts_.kernel_refused);
    return true;
  }

  bool strikes() noexcept {
    ++candidates_;
    if (faults_.times >= 0 && failures_ >= static_cast<std::uint64_t>(faults_.times)) return false;
    if (faults_.kth != 0) {
      return faults_.sticky ? candidates_ >= faults_.kth : candidates_ == faults_.kth;
    }
    if (faults_.interval > 1 && candidates_ % faults_.interval != 0) return false;
    return rng_.uniform() < faults_.probability;
  }

  void* refused(Gfp gfp) noexcept {
    const std::lock_guard lock(mutex_);
    ++(gfp == Gfp::atomic ? counts_.atomic_refused : counts_.kernel_refused);
    return nullptr;
  }

  void charge(const Header& header) noexcept {
    for (Account* a : {&ledger_.by_owner[static_cast<std::size_t>(header.owner)], &ledger_.total}) {
      a->bytes += header.bytes;
      ++a->blocks;
    }
    if (ledger_.total.bytes > peak_.total.bytes) peak_ = ledger_;
  }
  void discharge(const Header& header) noexcept {
    for (Account* a : {&ledger_.by_owner[static_cast<std::size_t>(header.owner)], &ledger_.total}) {
      a->bytes -= header.bytes;
      --a->blocks;
    }
  }

  mutable std::mutex mutex_;
  Ledger ledger_;
  Ledger peak_;
  AllocationCounts counts_;
  Faults faults_;
  bool injecting_ = false;
  std::uint64_t candidates_ = 0;
  std::uint64_t failures_ = 0;
  Rng rng_{1};
};

// Never destroyed: OpenSSL frees its blocks in an exit handler.
Counted& counted() noexcept {
  alignas(Counted) static unsigned char storage[sizeof(Counted)];
  static auto* instance = ::new (storage) Counted;
  return *instance;
}

}  // namespace

void gfp_use(Allocator which) noexcept { counted().allocator = &allocator_functions(which); }

void* gfp_alloc(std::size_t bytes, Gfp gfp, Owner owner) noexcept {
  return counted().alloc(bytes, gfp, owner);
}
void* gfp_realloc(void* block, std::size_t bytes, Gfp gfp, Owner owner) noexcept {
  return counted().realloc(block, bytes, gfp, owner);
}
void gfp_free(void* block) noexcept { counted().free(block); }

Accounting* gfp_accounting() noexcept { return &counted(); }

}  // namespace tfm
