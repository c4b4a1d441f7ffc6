// SPDX-License-Identifier: MIT
#include "runtime/ahash/fpu.hpp"

#include <atomic>

namespace tfm::ahash {

bool fpu_usable() noexcept { return fpu_cpu.usable(); }

void fpu_begin_mask(unsigned mask) noexcept {
  FpuCpu& here = fpu_cpu;
  ++here.preempt_count;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  here.take(mask);
}

void fpu_end() noexcept {
  FpuCpu& here = fpu_cpu;
  here.give_back();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  // Another task would run here. None waits in this model.
  if (--here.preempt_count == 0) [[unlikely]] {
    asm volatile("");
  }
}

}  // namespace tfm::ahash
