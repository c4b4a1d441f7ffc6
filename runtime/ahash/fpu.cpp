// SPDX-License-Identifier: MIT
#include "runtime/ahash/fpu.hpp"

#include <atomic>

#include "runtime/ahash/fpu_cpu.hpp"

namespace tfm::ahash {

// Not inlined into fpu_begin(): the kernel's irq_fpu_usable() is a function of its own.
[[gnu::noinline]] bool fpu_usable() noexcept {
  const FpuCpu& here = fpu_cpu;
  if (here.in_section) return false;
  return !here.in_hardirq;
}

void fpu_begin() noexcept {
  FpuCpu& here = fpu_cpu;
  ++here.preempt_count;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  static_cast<void>(fpu_usable());  // the kernel asserts it
  here.in_section = true;
  here.take_registers();
}

void fpu_end() noexcept {
  FpuCpu& here = fpu_cpu;
  here.in_section = false;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  --here.preempt_count;
}

}  // namespace tfm::ahash
