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

  std::size_t bytes() const noexcept { return bytes_; }

  /// At least `bytes` on every CPU from now on; never shrinks. Callers serialise. May sleep.
  /// Errors: enomem: some CPUs may then have the larger buffer, the recorded size stays the old
  /// one, so a later reserve() tries again and no reader ever has less than was promised.
  Errno reserve(std::size_t bytes) noexcept {
    if (bytes <= bytes_) return Errno::ok;
    Errno result = Errno::ok;
    for (unsigned cpu = 0; cpu < slots_.cpus() && !failed(result); ++cpu) {
      auto* larger = static_cast<std::uint8_t*>(gfp_alloc(bytes, Gfp::kernel, Owner::scratch));
      if (larger == nullptr) {
        result = Errno::enomem;
      } else {
        replace(cpu, larger);
      }
    }
    free_retired();
    if (!failed(result)) bytes_ = bytes;
    return result;
  }

  /// Gives all buffers back after a grace period. Callers serialise; no user may remain. May sleep.
  void release() noexcept {
    for (unsigned cpu = 0; cpu < slots_.cpus(); ++cpu) replace(cpu, nullptr);
    free_retired();
    bytes_ = 0;
  }

 private:
  struct Slot {
    std::atomic<std::uint8_t*> current{nullptr};
    std::uint8_t* retired = nullptr;  ///< may still be read until a grace period has passed
  };

  explicit PercpuScratch(Percpu<Slot> slots) noexcept : slots_(std::move(slots)) {}

  void replace(unsigned cpu, std::uint8_t* buffer) noexcept {
    slots_[cpu].retired = slots_[cpu].current.exchange(buffer, std::memory_order_acq_rel);
  }

  void free_retired() noexcept {
    bool any = false;
    for (unsigned cpu = 0; cpu < slots_.cpus(); ++cpu) any |= slots_[cpu].retired != nullptr;
    if (!any) return;
    synchronize_rcu();
    for (unsigned cpu = 0; cpu < slots_.cpus(); ++cpu) {
      gfp_free(std::exchange(slots_[cpu].retired, nullptr));
    }
  }

  Percpu<Slot> slots_;
  std::size_t bytes_ = 0;
};

}  // namespace tfm
