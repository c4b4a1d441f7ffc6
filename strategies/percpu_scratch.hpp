// SPDX-License-Identifier: MIT
// One scratch buffer per possible CPU, as large as the largest user asked for. It can grow while
// fast paths run: the pointer is swapped, and the old buffer is freed after a grace period.
#pragma once

#include <atomic>
#include <utility>

#include "runtime/percpu.hpp"
#include "runtime/rcu.hpp"

namespace tfm {

class PercpuScratch {
 public:
  /// Errors: enomem.
  static Result<PercpuScratch> create(unsigned possible_cpus) noexcept {
    auto slots = Percpu<Slot>::alloc(possible_cpus);
    if (!slots) return error(slots.error());
    return PercpuScratch(std::move(*slots));
  }
  PercpuScratch(PercpuScratch&& other) noexcept
      : slots_(std::move(other.slots_)), bytes_(std::exchange(other.bytes_, 0)) {}
  PercpuScratch& operator=(PercpuScratch&&) = delete;
  ~PercpuScratch() { release(); }

  /// This CPU's buffer, or nullptr before the first reserve(). Call it only inside a per-CPU
  /// section.
  std::uint8_t* on(unsigned cpu) const noexcept {
    return slots_[cpu].current.load(std::memory_order_acquire);
  }

  /// Gives every CPU at least `bytes` from now on; never shrinks. Callers serialise. May sleep.
  /// Errors: enomem; then every CPU keeps its buffer.
  Errno reserve(std::size_t bytes) noexcept {
    if (bytes <= bytes_) return Errno::ok;
    for (unsigned cpu = 0; cpu < slots_.cpus(); ++cpu) {
      slots_[cpu].spare = static_cast<std::uint8_t*>(  //
          gfp_alloc(bytes, Gfp::kernel, Owner::scratch));
      if (slots_[cpu].spare == nullptr) {
        free_spares();
        return Errno::enomem;
      }
    }
    swap_all();
    bytes_ = bytes;
    return Errno::ok;
  }

  /// Frees all buffers after a grace period. Callers serialise; no user may remain. May sleep.
  void release() noexcept {
    if (bytes_ == 0) return;
    swap_all();
    bytes_ = 0;
  }

 private:
  struct Slot {
    std::atomic<std::uint8_t*> current{nullptr};
    std::uint8_t* spare = nullptr;  ///< a buffer that start() cannot see yet, or no longer
  };

  explicit PercpuScratch(Percpu<Slot> slots) noexcept : slots_(std::move(slots)) {}

  /// Puts the spares into use. The old buffers may be in use until a grace period has passed, also
  /// those of CPUs that run no thread now.
  void swap_all() noexcept {
    for (unsigned cpu = 0; cpu < slots_.cpus(); ++cpu) {
      Slot& slot = slots_[cpu];
      slot.spare = slot.current.exchange(slot.spare, std::memory_order_acq_rel);
    }
    if (bytes_ != 0) synchronize_rcu();
    free_spares();
  }

  void free_spares() noexcept {
    for (unsigned cpu = 0; cpu < slots_.cpus(); ++cpu) {
      gfp_free(std::exchange(slots_[cpu].spare, nullptr));
    }
  }

  Percpu<Slot> slots_;
  std::size_t bytes_ = 0;
};

}  // namespace tfm
