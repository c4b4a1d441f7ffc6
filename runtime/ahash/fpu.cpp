// SPDX-License-Identifier: MIT
#include "runtime/ahash/fpu.hpp"

#include <atomic>
#include <cstdint>

namespace tfm::ahash {
namespace {

/// What a CPU knows of its registers, and of the task that runs there.
struct Cpu {
  std::uint32_t preempt_count = 0;
  bool in_hardirq = false;
  bool in_section = false;
  bool kernel_thread = false;
  bool registers_saved = true;         ///< TIF_NEED_FPU_LOAD: the task's are in memory
  const void* registers_of = nullptr;  ///< whose state the registers hold
};
thread_local constinit Cpu cpu;

inline void load_mxcsr() noexcept {
#ifdef __x86_64__
  constexpr std::uint32_t usual = 0x1f80;  // all exceptions masked
  asm volatile("ldmxcsr %0" : : "m"(usual));
#endif
}

}  // namespace

// Not inlined into fpu_begin(): the kernel's irq_fpu_usable() is a function of its own.
[[gnu::noinline]] bool fpu_usable() noexcept {
  const Cpu& here = cpu;
  if (here.in_section) return false;
  return !here.in_hardirq;
}

void fpu_begin() noexcept {
  Cpu& here = cpu;
  ++here.preempt_count;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  static_cast<void>(fpu_usable());  // the kernel asserts it
  here.in_section = true;
  if (!here.kernel_thread && !here.registers_saved) here.registers_saved = true;
  here.registers_of = nullptr;
  load_mxcsr();
}

void fpu_end() noexcept {
  Cpu& here = cpu;
  here.in_section = false;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  --here.preempt_count;
}

}  // namespace tfm::ahash
