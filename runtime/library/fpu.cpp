// SPDX-License-Identifier: MIT
#include "runtime/library/fpu.hpp"

#include <atomic>
#include <cstdint>

namespace tfm::library {
namespace {

using ahash::fpu_cpu;
using ahash::FpuCpu;
namespace preempt_bits = ahash::preempt_bits;

struct Cpu {
  bool interrupts_off = false;
  std::uint16_t softirqs_pending = 0;
};
thread_local constinit Cpu cpu;

/// local_bh_disable().
inline void disable_bottom_halves(FpuCpu& here) noexcept {
  here.preempt_count += preempt_bits::softirq_off;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

/// __local_bh_enable_ip(), a function of its own: preemption stays off while it looks for work that
/// came meanwhile.
[[gnu::noinline]] void enable_bottom_halves(std::uint32_t count) noexcept {
  constexpr std::uint32_t in_interrupt =
      preempt_bits::softirq | preempt_bits::hardirq | preempt_bits::nmi;
  FpuCpu& here = fpu_cpu;
  // The kernel's WARN_ON_ONCE().
  ahash::assert_fpu((ahash::this_cpu_read(here.preempt_count) & preempt_bits::hardirq) == 0);
  here.preempt_count -= count - 1;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  // do_softirq() runs here, unless this is a softirq. None is pending in this model.
  if ((ahash::this_cpu_read(here.preempt_count) & in_interrupt) == 0 && cpu.softirqs_pending != 0) {
    asm volatile("");
  }
  --here.preempt_count;
  // Another task would run here. None waits in this model.
  if (ahash::this_cpu_read(here.preempt_count) == 0) [[unlikely]] {
    asm volatile("");
  }
}

}  // namespace

bool fpu_usable() noexcept { return fpu_cpu.usable(); }

void fpu_begin_mask(unsigned mask) noexcept {
  FpuCpu& here = fpu_cpu;
  if (!cpu.interrupts_off) disable_bottom_halves(here);
  here.take(mask);
}

void fpu_end() noexcept {
  fpu_cpu.give_back();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  if (!cpu.interrupts_off) enable_bottom_halves(preempt_bits::softirq_off);
}

InterruptsOff::InterruptsOff() noexcept : before_(cpu.interrupts_off) { cpu.interrupts_off = true; }
InterruptsOff::~InterruptsOff() { cpu.interrupts_off = before_; }

}  // namespace tfm::library
