// SPDX-License-Identifier: MIT
// Puts upper halves of SIMD registers in use, as a library does that forgets vzeroupper.
#pragma once

#include "bench/machine/simd_state.hpp"

namespace tfm::bench::test {

/// Whether a test can see what dirty_simd() does.
inline bool sees_dirty_simd() { return cleaned_simd_state() == SimdState::clean; }

/// Does nothing on a CPU without AVX.
inline void dirty_simd() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx"))
    asm volatile("vcmptrueps %%ymm14, %%ymm14, %%ymm14" ::: "xmm14");
#endif
}

/// The same with AVX-512: the upper 256 bits of a register. False if the CPU has none.
inline bool dirty_simd_512() {
#if defined(__x86_64__)
  if (!__builtin_cpu_supports("avx512f")) return false;
  asm volatile("vpternlogd $255, %%zmm14, %%zmm14, %%zmm14" ::: "xmm14");
  return true;
#else
  return false;
#endif
}

}  // namespace tfm::bench::test
