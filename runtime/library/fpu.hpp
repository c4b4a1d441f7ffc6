// SPDX-License-Identifier: MIT
// Sections for vector registers as 7.x has them (kernel_fpu_begin_mask(), kernel_fpu_end(),
// arch/x86/kernel/fpu/core.c; since 6.15): a section keeps bottom halves out, where 6.12's keeps
// preemption off, so that one in softirq never meets another. With interrupts off it need not.
#pragma once

#include "runtime/ahash/fpu_cpu.hpp"

namespace tfm::library {

/// irq_fpu_usable(): no section is open on this CPU.
bool fpu_usable() noexcept;
/// Ends the process if fpu_usable() does not hold.
void fpu_begin_mask(unsigned mask) noexcept;
inline void fpu_begin() noexcept { fpu_begin_mask(ahash::fpu_mask::mxcsr); }
/// Ends the process if no section is open.
void fpu_end() noexcept;

/// local_irq_save() and its end, on this CPU, as far as sections ask: no interrupt is modelled.
class InterruptsOff {
 public:
  InterruptsOff() noexcept;
  ~InterruptsOff();
  InterruptsOff(const InterruptsOff&) = delete;
  InterruptsOff& operator=(const InterruptsOff&) = delete;

 private:
  bool before_;
};

}  // namespace tfm::library
