// SPDX-License-Identifier: MIT
// One scratch buffer per possible CPU, as large as the largest user asked for. It grows under the
// feet of running fast paths: the pointer is swapped, the old buffer goes after a grace period.
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

  /// This CPU's buffer; inside a per-CPU section only. nullptr before the first reserve().
  std::uint8_t* on(unsigned cpu) const noexcept {
    return slots_[cpu].current.load(std::memory_order_acquire);
  }

  /// At least `bytes` on every CPU from now on; never shrinks. Callers serialise. May sleep.
  /// Errors: enomem; then every CPU has the buffer it had.
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

  /// Gives all buffers back after a grace period. Callers serialise; no user may remain. May sleep.
  void release() noexcept {
    if (bytes_ == 0) return;
    swap_all();
    bytes_ = 0;
  }

 private:
  struct Slot {
    std::atomic<std::uint8_t*> current{nullptr};
    std::uint8_t* spare = nullptr;  ///< not yet or no longer to be had by start()
  };

  explicit PercpuScratch(Percpu<Slot> slots) noexcept : slots_(std::move(slots)) {}

  /// The spares come into use. What they replace may be read until a grace period has passed, on
  /// CPUs that run no thread now as on all others.
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
