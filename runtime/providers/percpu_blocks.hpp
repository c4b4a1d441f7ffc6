// SPDX-License-Identifier: MIT
// Memory that an algorithm keeps for each possible CPU, shared by all its transforms. It is
// allocated with the first transform and freed with the last. Each CPU's block has a lock, because
// the user may have moved to another CPU by then (crypto/scompress.c, crypto/acompress.c).
#pragma once

#include <mutex>

#include "runtime/cpu.hpp"
#include "runtime/percpu.hpp"
#include "runtime/softirq.hpp"

namespace tfm {

class PercpuBlocks {
 public:
  PercpuBlocks(std::size_t bytes, Owner owner) noexcept : bytes_(bytes), owner_(owner) {}

  /// Adds a transform. May sleep. Errors: enomem; then nothing is held.
  Errno get() noexcept {
    const std::lock_guard guard(mutex_);
    if (users_ == 0) {
      if (const Errno e = alloc(); failed(e)) return e;
    }
    ++users_;
    return Errno::ok;
  }
  void put() noexcept {
    const std::lock_guard guard(mutex_);
    if (--users_ == 0) free();
  }

 private:
  struct Slot {
    std::atomic_flag taken;
    void* block = nullptr;
  };

 public:
  /// Holds this CPU's block for its lifetime, with bottom halves disabled. Only between get() and
  /// put().
  class Use {
   public:
    explicit Use(PercpuBlocks& blocks) noexcept
        // NOLINTNEXTLINE(clang-analyzer-core.DivideZero): a transform has called get()
        : slot_(blocks.slots_[this_cpu % blocks.slots_.cpus()]) {
      local_bh_disable();
      while (slot_.taken.test_and_set(std::memory_order_acquire)) {
      }
    }
    ~Use() {
      slot_.taken.clear(std::memory_order_release);
      local_bh_enable();
    }
    Use(const Use&) = delete;
    Use& operator=(const Use&) = delete;

    void* block() noexcept { return slot_.block; }

   private:
    Slot& slot_;
  };

 private:
  Errno alloc() noexcept {
    auto slots = Percpu<Slot>::alloc(num_possible_cpus());
    if (!slots) return slots.error();
    slots_ = std::move(*slots);
    for (unsigned cpu = 0; cpu < slots_.cpus(); ++cpu) {
      slots_[cpu].block = gfp_alloc(bytes_, Gfp::kernel, owner_);
      if (slots_[cpu].block != nullptr) continue;
      free();
      return Errno::enomem;
    }
    return Errno::ok;
  }
  void free() noexcept {
    for (unsigned cpu = 0; cpu < slots_.cpus(); ++cpu) gfp_free(slots_[cpu].block);
    const Percpu<Slot> gone = std::move(slots_);
  }

  std::mutex mutex_;
  Percpu<Slot> slots_;
  std::size_t bytes_;
  std::size_t users_ = 0;
  Owner owner_;
};

}  // namespace tfm
