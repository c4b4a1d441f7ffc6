// SPDX-License-Identifier: MIT
// The sections in which kernel code may use vector registers (kernel_fpu_begin() and
// kernel_fpu_end(), arch/x86/kernel/fpu/core.c). A driver that hashes or encrypts with them opens
// one in each call, cmac in each block.
//
// What a section costs in a row of packets is here: preemption off, two flags of the CPU, one of
// the task, MXCSR. What the first section of a softirq costs is not: saving the registers of the
// task that was interrupted.
#pragma once

namespace tfm::ahash {

/// crypto_simd_usable(): no section is open on this CPU.
bool fpu_usable() noexcept;
void fpu_begin() noexcept;
void fpu_end() noexcept;

}  // namespace tfm::ahash
