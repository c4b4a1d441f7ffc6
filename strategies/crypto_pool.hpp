// SPDX-License-Identifier: MIT
// crypto_pool: the interface of Safonov's posted patch ("crypto: Introduce crypto_pool", v4,
// January 2023). The pool owns a table of algorithms. Each entry has a reference count and a
// preallocated part per CPU. All entries share one scratch buffer per CPU.
//
//   process context, may sleep      alloc, algo, reserve_scratch
//   softirq-safe                    get, release
//   fast path                       start, end
//
// Each function is the posted crypto_pool_NAME(), except alloc: the patch calls it
// crypto_pool_alloc_ahash(). Here it takes algorithms of any family.
//
// Who changes what. Entries are built, published and destroyed under the mutex. Only alloc() raises
// a count from zero, under the same mutex: an entry that waits for its clean-up is then used again.
// get() never raises a count from zero. The clean-up unpublishes the entries without references,
// waits for a grace period, then frees them. So even a start() with a stale id finds a live request
// or returns -EINVAL.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "runtime/mutex.hpp"
#include "runtime/work.hpp"
#include "strategies/percpu_scratch.hpp"
#include "strategies/pool_contents.hpp"

namespace tfm {

/// `Contents` says what an entry holds for each CPU (pool_contents.hpp); in the posted patch that
/// is PooledRequests. Every thread that calls start() holds an RcuThread. The calls that may sleep
/// wait for grace periods, so do not call them inside a section, and be quiescent now and then
/// (runtime/rcu.hpp): the clean-up waits for every online thread.
template <class Contents>
class CryptoPool {
 public:
  using Part = typename Contents::Part;

  /// What start() hands out: this CPU's part and scratch. Valid until end().
  struct Section {
    Part* part;
    std::uint8_t* scratch;
  };

  CryptoPool(const CryptoPool&) = delete;
  CryptoPool& operator=(const CryptoPool&) = delete;

  /// The pool must no longer be in use.
  ~CryptoPool() {
    clean_up_.reset();
    for (unsigned id = 0; id < populated_; ++id) {
      Entry& entry = table_[id];
      if (entry.algorithm != nullptr) {
        Contents::destroy({entry.first, entry.stride}, possible_cpus_);
      }
      entry.~Entry();
    }
    gfp_free(table_);
  }

  /// Errors: enomem.
  static Result<std::unique_ptr<CryptoPool>> create(unsigned possible_cpus) {
    auto scratch = PercpuScratch::create(possible_cpus);
    if (!scratch) return error(scratch.error());
    std::unique_ptr<CryptoPool> pool(new CryptoPool(possible_cpus, std::move(*scratch)));
    pool->table_ =
        static_cast<Entry*>(gfp_alloc(sizeof(Entry) * capacity, Gfp::kernel, Owner::shared));
    if (pool->table_ == nullptr) return error(Errno::enomem);
    std::uninitialized_default_construct_n(pool->table_, capacity);
    auto clean_up = Work::create(
        [](void* self) noexcept { static_cast<CryptoPool*>(self)->clean_up(); }, pool.get());
    if (!clean_up) return error(clean_up.error());
    pool->clean_up_ = std::move(*clean_up);
    return pool;
  }

  /// The algorithm's id, with one more reference, and at least `scratch_bytes` of scratch on every
  /// possible CPU. Two algorithms are the same if name and provider are equal. The first one must
  /// outlive the pool.
  /// Errors: enospc: the table is full; enomem; the transform's. A failure changes nothing.
  Result<unsigned> alloc(const Algorithm& algorithm, std::size_t scratch_bytes) noexcept {
    const std::lock_guard lock(mutex_);
    const unsigned id = find(algorithm);
    if (id == capacity) return error(Errno::enospc);
    Entry& entry = table_[id];
    if (entry.algorithm != nullptr) {
      if (const Errno e = scratch_.reserve(scratch_bytes); failed(e)) return error(e);
      entry.references.fetch_add(1, std::memory_order_relaxed);
      return id;
    }
    const auto parts = Contents::make(possible_cpus_, algorithm);
    if (!parts) return error(parts.error());
    if (const Errno e = scratch_.reserve(scratch_bytes); failed(e)) {
      Contents::destroy(*parts, possible_cpus_);
      return error(e);
    }
    entry.algorithm = &algorithm;
    entry.stride = parts->stride;
    entry.references.store(1, std::memory_order_relaxed);
    entry.first.store(parts->first, std::memory_order_release);
    if (id == populated_) ++populated_;
    return id;
  }

  /// Takes one more reference. The caller knows that one exists (a passive open: the listener's).
  /// Errors: einval: a bad id, or one without references.
  Errno get(unsigned id) noexcept {
    if (id >= capacity) return Errno::einval;
    std::atomic<std::uint32_t>& references = table_[id].references;
    std::uint32_t count = references.load(std::memory_order_relaxed);
    do {
      if (count == 0) return Errno::einval;
    } while (!references.compare_exchange_weak(count, count + 1, std::memory_order_relaxed));
    return Errno::ok;
  }

  /// Drops one reference. After the last, a worker frees the memory.
  /// Errors: einval: a bad id, or one without references; nothing is changed.
  Errno release(unsigned id) noexcept {
    if (id >= capacity) return Errno::einval;
    std::atomic<std::uint32_t>& references = table_[id].references;
    std::uint32_t count = references.load(std::memory_order_relaxed);
    do {
      if (count == 0) return Errno::einval;
    } while (!references.compare_exchange_weak(count, count - 1, std::memory_order_acq_rel,
                                               std::memory_order_relaxed));
    if (count == 1) clean_up_->schedule();
    return Errno::ok;
  }

  /// Opens a section on `cpu`, the caller's own, and fills `section`. After a failure no section is
  /// open. Errors: einval: no entry has this id.
  Errno start(unsigned id, unsigned cpu, Section& section) noexcept {
    rcu_read_lock_bh();
    if (id < capacity) [[likely]] {
      const Entry& entry = table_[id];
      std::uint8_t* first = entry.first.load(std::memory_order_acquire);
      if (first != nullptr) [[likely]] {
        section.part = reinterpret_cast<Part*>(PoolParts{first, entry.stride}.on(cpu));
        section.scratch = scratch_.on(cpu);
        return Errno::ok;
      }
    }
    rcu_read_unlock_bh();
    return Errno::einval;
  }

  /// Closes the section that start() opened, on the same thread.
  static void end() noexcept { rcu_read_unlock_bh(); }

  /// The algorithm's name. Errors: einval: no entry has this id.
  Result<std::string_view> algo(unsigned id) const noexcept {
    const std::lock_guard lock(mutex_);
    if (id >= populated_ || table_[id].algorithm == nullptr) return error(Errno::einval);
    return table_[id].algorithm->name;
  }

  /// Raises the scratch to at least `bytes`. The caller holds a reference.
  /// Errors: einval: the pool has no references, so nothing would free the scratch later; enomem:
  /// the scratch is unchanged.
  Errno reserve_scratch(std::size_t bytes) noexcept {
    const std::lock_guard lock(mutex_);
    for (unsigned id = 0; id < populated_; ++id) {
      if (table_[id].references.load(std::memory_order_relaxed) != 0) {
        return scratch_.reserve(bytes);
      }
    }
    return Errno::einval;
  }

  /// Waits for the clean-up of all earlier releases. May sleep.
  void flush() noexcept { clean_up_->flush(); }

 private:
  struct Entry {
    std::atomic<std::uint8_t*> first{nullptr};  ///< the first CPU's part; nullptr: not published
    const Algorithm* algorithm = nullptr;       ///< nullptr: a free slot; guarded by the mutex
    std::atomic<std::uint32_t> references{0};
    std::uint32_t stride = 0;  ///< bytes from one CPU's part to the next's
  };
  static_assert(sizeof(Entry) == 24, "as struct crypto_pool_entry, so that a page holds as many");

 public:
  /// As many entries as PAGE_SIZE bytes hold, as in the patch: 170.
  static constexpr unsigned capacity = 4096 / sizeof(Entry);

 private:
  CryptoPool(unsigned possible_cpus, PercpuScratch scratch) noexcept
      : possible_cpus_(possible_cpus), scratch_(std::move(scratch)) {}

  /// The algorithm's slot, else the first free one, else `capacity`.
  unsigned find(const Algorithm& algorithm) const noexcept {
    unsigned free = populated_;
    for (unsigned id = populated_; id-- > 0;) {
      const Algorithm* a = table_[id].algorithm;
      if (a == nullptr) {
        free = id;
      } else if (a->name == algorithm.name && a->provider == algorithm.provider) {
        return id;
      }
    }
    return free;
  }

  void clean_up() noexcept {
    const std::lock_guard lock(mutex_);
    std::array<std::uint8_t*, capacity> unused{};
    bool any_unused = false;
    bool any_used = false;
    for (unsigned id = 0; id < populated_; ++id) {
      Entry& entry = table_[id];
      if (entry.references.load(std::memory_order_acquire) != 0) {
        any_used = true;
      } else if (entry.algorithm != nullptr) {
        unused[id] = entry.first.exchange(nullptr, std::memory_order_relaxed);
        any_unused = true;
      }
    }
    if (any_unused) synchronize_rcu();
    for (unsigned id = 0; id < populated_; ++id) {
      if (unused[id] == nullptr) continue;
      Contents::destroy({unused[id], table_[id].stride}, possible_cpus_);
      table_[id].algorithm = nullptr;
    }
    if (!any_used) scratch_.release();
  }

  const unsigned possible_cpus_;
  Entry* table_ = nullptr;  // `capacity` entries
  unsigned populated_ = 0;  // entries from here on were never used
  PercpuScratch scratch_;
  mutable Mutex mutex_;
  std::unique_ptr<Work> clean_up_;
};

}  // namespace tfm
