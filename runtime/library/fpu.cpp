// SPDX-License-Identifier: MIT
#include "runtime/library/fpu.hpp"

#include <atomic>
#include <cstdint>

#include "runtime/ahash/fpu_cpu.hpp"

namespace tfm::library {
namespace {

using ahash::fpu_cpu;
using ahash::FpuCpu;

/// SOFTIRQ_DISABLE_OFFSET, in the count that also counts preemption.
constexpr std::uint32_t bottom_halves_off = 0x200;

struct Cpu {
  bool interrupts_off = false;
  bool in_nmi = false;
  bool softirq_pending = false;
};
thread_local constinit Cpu cpu;

/// local_bh_disable().
inline void disable_bottom_halves(FpuCpu& here) noexcept {
  here.preempt_count += bottom_halves_off;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

/// __local_bh_enable_ip(), a function of its own: preemption stays off while it looks for work that
/// came meanwhile.
[[gnu::noinline]] void enable_bottom_halves() noexcept {
  FpuCpu& here = fpu_cpu;
  here.preempt_count -= bottom_halves_off - 1;
  // do_softirq() runs here, unless this is a softirq. None is pending in this model.
  if (here.preempt_count == 1 && cpu.softirq_pending) asm volatile("");
  --here.preempt_count;
}

}  // namespace

// Not inlined into fpu_begin(): the kernel's is a function of its own.
[[gnu::noinline]] bool fpu_usable() noexcept {
  const FpuCpu& here = fpu_cpu;
  if (cpu.in_nmi) [[unlikely]]
    return false;
  if (here.in_section) return false;
  return !here.in_hardirq;
}

void fpu_begin() noexcept {
  FpuCpu& here = fpu_cpu;
  if (!cpu.interrupts_off) disable_bottom_halves(here);
  static_cast<void>(fpu_usable());  // the kernel asserts it
  here.in_section = true;
  here.take_registers();
}

void fpu_end() noexcept {
  fpu_cpu.in_section = false;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (!cpu.interrupts_off) enable_bottom_halves();
}

InterruptsOff::InterruptsOff() noexcept : before_(cpu.interrupts_off) { cpu.interrupts_off = true; }
InterruptsOff::~InterruptsOff() { cpu.interrupts_off = before_; }

}  // namespace tfm::library
