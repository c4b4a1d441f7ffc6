// SPDX-License-Identifier: MIT
// What a CPU knows of its vector registers, and of the task that runs there
// (arch/x86/kernel/fpu/core.c). Sections of both kernels are over it: fpu.hpp is of 6.12,
// runtime/library/fpu.hpp of 7.x.
#pragma once

#include <cstdint>

namespace tfm::ahash {

struct FpuCpu {
  std::uint32_t preempt_count = 0;
  bool in_hardirq = false;
  bool in_section = false;
  bool kernel_thread = false;
  bool registers_saved = true;         ///< TIF_NEED_FPU_LOAD: the task's are in memory
  const void* registers_of = nullptr;  ///< whose state the registers hold

  /// What both kernels do once the section is theirs: the task's registers are saved, nobody's
  /// state is in them, and exceptions are masked.
  void take_registers() noexcept {
    if (!kernel_thread && !registers_saved) registers_saved = true;
    registers_of = nullptr;
#ifdef __x86_64__
    constexpr std::uint32_t usual_mxcsr = 0x1f80;
    asm volatile("ldmxcsr %0" : : "m"(usual_mxcsr));
#endif
  }
};

inline thread_local constinit FpuCpu fpu_cpu;

}  // namespace tfm::ahash
