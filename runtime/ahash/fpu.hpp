// SPDX-License-Identifier: MIT
// The sections in which kernel code may use vector registers (kernel_fpu_begin() and
// kernel_fpu_end(), arch/x86/kernel/fpu/core.c). A driver that hashes or encrypts with them opens
// one in each call, cmac in each block.
//
// What a section costs in a row of packets is here: preemption off, flags of the CPU and of the
// task, what Debian's kernels assert of them, MXCSR. What the first section of a softirq costs is
// not: saving the registers of the task that was interrupted.
#pragma once

#include "runtime/ahash/fpu_cpu.hpp"

namespace tfm::ahash {

/// crypto_simd_usable(): no section is open on this CPU.
bool fpu_usable() noexcept;
/// Ends the process if fpu_usable() does not hold.
void fpu_begin_mask(unsigned mask) noexcept;
inline void fpu_begin() noexcept { fpu_begin_mask(fpu_mask::mxcsr); }
/// Ends the process if no section is open.
void fpu_end() noexcept;

}  // namespace tfm::ahash
