// SPDX-License-Identifier: MIT
// The upper halves of the calling thread's SIMD registers.
//
// nettle's SHA-1 and SHA-256 are legacy SSE instructions: they write the lower 128 bits of a
// register and keep the rest. While an upper half is in use, such an instruction waits for the
// register's old value on some CPUs. A library that leaves upper halves in use changes the times
// and the ratios of everything that runs after it (docs/method.md).
#pragma once

#include <optional>
#include <string_view>

namespace tfm::bench {

enum class SimdState {
  clean,    ///< no upper half of registers 0 to 15 is in use
  dirty,    ///< one is
  unknown,  ///< the CPU does not tell
};

std::string_view simd_state_name(SimdState state) noexcept;

/// Takes everything above the lower 128 bits of registers 0 to 15 out of use: upper halves,
/// registers 16 to 31, mask registers. Does nothing on a CPU without AVX.
void clean_simd() noexcept;

/// Whether upper halves are in use: XGETBV with ECX = 1 reads XINUSE (Intel SDM vol. 1, 13.2 and
/// 13.6). Registers 16 to 31 and masks do not count: no SSE instruction touches them, and glibc's
/// own memcpy() leaves them in use.
SimdState simd_state() noexcept;

/// What simd_state() says right after clean_simd(), tried once. `dirty`: the bits never clear here,
/// so they tell nothing about a turn. Nothing if the CPU has no upper halves.
std::optional<SimdState> cleaned_simd_state() noexcept;

/// Whether `state` says that upper halves are in use that could have been taken out of use.
inline bool told_dirty(SimdState state) noexcept {
  return state == SimdState::dirty && cleaned_simd_state() == SimdState::clean;
}

}  // namespace tfm::bench
