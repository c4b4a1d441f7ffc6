// SPDX-License-Identifier: MIT
// What a CPU knows of its vector registers, and of the task that runs there
// (arch/x86/kernel/fpu/core.c). Sections of both kernels are over it: fpu.hpp is of 6.12,
// runtime/library/fpu.hpp of 7.x. What they assert is Debian's CONFIG_X86_DEBUG_FPU, in both.
#pragma once

#include <atomic>
#include <cstdint>

namespace tfm::ahash {

/// The bits of a CPU's count that says what may interrupt (include/linux/preempt.h of 6.12).
namespace preempt_bits {
inline constexpr std::uint32_t softirq = 0xff00, softirq_off = 0x200, hardirq = 0xf0000,
                               nmi = 0xf00000;
/// Set while no other task waits for the CPU, so that the count is 0 if one does and may.
inline constexpr std::uint32_t no_reschedule = 0x80000000;
}  // namespace preempt_bits

/// KFPU_387 and KFPU_MXCSR: what a section initialises.
namespace fpu_mask {
inline constexpr unsigned x87 = 1, mxcsr = 2;
}  // namespace fpu_mask

/// Two words of flags of struct task_struct.
struct FpuTask {
  static constexpr std::uint32_t own_context = 0x204000;      ///< PF_KTHREAD, PF_USER_WORKER
  static constexpr std::uint64_t registers_saved = 1U << 14;  ///< TIF_NEED_FPU_LOAD

  std::uint32_t flags = 0;
  std::atomic<std::uint64_t> thread_flags = registers_saved;
};
inline constinit FpuTask user_task;

/// WARN_ON_FPU(): the same instruction. The kernel goes on; here the process ends.
inline void assert_fpu(bool holds) noexcept {
  if (!holds) [[unlikely]]
    __builtin_trap();
}

/// this_cpu_read(): a load of its own each time.
template <class T>
inline T this_cpu_read(const T& value) noexcept {
  return *static_cast<const volatile T*>(&value);
}

inline void load_mxcsr([[maybe_unused]] std::uint32_t value) noexcept {
#ifdef __x86_64__
  asm volatile("ldmxcsr %0" : : "m"(value));
#endif
}

struct FpuCpu {
  std::uint32_t preempt_count = preempt_bits::no_reschedule;
  bool in_section = false;
  FpuTask* current = &user_task;
  const void* registers_of = nullptr;  ///< whose state the registers hold

  /// irq_fpu_usable().
  bool usable() const noexcept {
    const std::uint32_t count = preempt_count;
    if ((count & preempt_bits::nmi) != 0) [[unlikely]]
      return false;  // and the kernel warns
    if (this_cpu_read(in_section)) return false;
    if ((count & preempt_bits::hardirq) == 0) return true;
    return (count & preempt_bits::softirq) == 0;
  }

  /// What both kernels do once nothing interrupts: the section is this one, the task's registers
  /// are saved, nobody's state is in them, and exceptions are masked.
  void take(unsigned mask) noexcept {
    assert_fpu(usable());
    assert_fpu(!this_cpu_read(in_section));
    in_section = true;
    FpuTask& task = *current;
    if ((task.flags & FpuTask::own_context) == 0 &&
        (task.thread_flags.load(std::memory_order_relaxed) & FpuTask::registers_saved) == 0) {
      task.thread_flags.fetch_or(FpuTask::registers_saved);
    }
    registers_of = nullptr;
    if ((mask & fpu_mask::mxcsr) != 0) [[likely]]
      load_mxcsr(0x1f80);
#ifdef __x86_64__
    if ((mask & fpu_mask::x87) != 0) [[unlikely]] {
      asm volatile("fninit");
    }
#endif
  }
  void give_back() noexcept {
    assert_fpu(this_cpu_read(in_section));
    in_section = false;
  }
};

inline thread_local constinit FpuCpu fpu_cpu;

}  // namespace tfm::ahash
