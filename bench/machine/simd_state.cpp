// SPDX-License-Identifier: MIT
#include "bench/machine/simd_state.hpp"

#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace tfm::bench {
namespace {

#if defined(__x86_64__)

// State components (Intel SDM vol. 1, 13.1).
constexpr std::uint32_t upper_halves = 1U << 2 | 1U << 6;           // of YMM0-15, of ZMM0-15
constexpr std::uint32_t avx512_only = 1U << 5 | 1U << 6 | 1U << 7;  // masks, ZMM0-15, ZMM16-31

std::uint32_t xgetbv(std::uint32_t which) noexcept {
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(which));
  return low;
}

/// What this CPU can do. valgrind reports a CPU without AVX-512 and without XGETBV(1), so nothing
/// runs there that it cannot decode.
struct Cpu {
  bool avx = __builtin_cpu_supports("avx") != 0;
  bool avx512 = __builtin_cpu_supports("avx512f") != 0;
  bool tells = avx && reads_xinuse();

  static bool reads_xinuse() noexcept {
    std::uint32_t eax = 0;
    std::uint32_t ebx = 0;
    std::uint32_t ecx = 0;
    std::uint32_t edx = 0;
    return __get_cpuid_count(0xd, 1, &eax, &ebx, &ecx, &edx) != 0 && (eax & 1U << 2) != 0;
  }
};

const Cpu& cpu() noexcept {
  static const Cpu cpu;
  return cpu;
}

/// An XSAVE area (Intel SDM vol. 1, 13.4) whose header says that every component is in its initial
/// state, so that nothing else of it is read.
alignas(64) constexpr std::uint8_t initial_state[576] = {};

#endif

}  // namespace

std::string_view simd_state_name(SimdState state) noexcept {
  switch (state) {
    case SimdState::clean:
      return "clean";
    case SimdState::dirty:
      return "dirty";
    case SimdState::unknown:
      break;
  }
  return "unknown";
}

// All registers that change are the caller's to save (System V ABI).
void clean_simd() noexcept {
#if defined(__x86_64__)
  if (!cpu().avx) return;
  asm volatile("vzeroupper");
  if (!cpu().avx512) return;
  // vzeroupper does not reach ZMM16-31 and the masks. Zeroes written to them do not clear their
  // bits of XINUSE on every CPU; their initial state does.
  const std::uint32_t components = avx512_only & xgetbv(0);
  asm volatile("xrstor64 %0" : : "m"(initial_state), "a"(components), "d"(0));
#endif
}

SimdState simd_state() noexcept {
#if defined(__x86_64__)
  if (cpu().tells) {
    return (xgetbv(1) & upper_halves) == 0 ? SimdState::clean : SimdState::dirty;
  }
#endif
  return SimdState::unknown;
}

std::optional<SimdState> cleaned_simd_state() noexcept {
#if defined(__x86_64__)
  if (cpu().avx) {
    static const SimdState state = [] {
      clean_simd();
      return simd_state();
    }();
    return state;
  }
#endif
  return std::nullopt;
}

}  // namespace tfm::bench
