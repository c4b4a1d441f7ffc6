// SPDX-License-Identifier: MIT
#include "bench/machine/cache_lines.hpp"

#include <cstdlib>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace tfm::bench {
namespace {

#if defined(__x86_64__)

/// Intel SDM vol. 2, CPUID: leaf 1, EBX 15:8 is the size of a line in units of 8 bytes; leaf 7,
/// EBX 23 is CLFLUSHOPT.
struct Lines {
  std::size_t bytes = 64;
  bool clflushopt = false;

  Lines() noexcept {
    unsigned eax = 0;
    unsigned ebx = 0;
    unsigned ecx = 0;
    unsigned edx = 0;
    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ebx >> 8 & 0xff) != 0) {
      bytes = std::size_t{8} * (ebx >> 8 & 0xff);
    }
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0) clflushopt = (ebx >> 23 & 1) != 0;
  }

  /// CLFLUSHOPT does not wait for the one before, CLFLUSH does.
  void flush(std::uintptr_t line) const noexcept {
    if (clflushopt) {
      asm volatile("clflushopt (%0)" : : "r"(line) : "memory");
    } else {
      asm volatile("clflush (%0)" : : "r"(line) : "memory");
    }
  }

  /// MFENCE waits for both instructions, but RDTSC does not wait for MFENCE: it waits for LFENCE.
  void wait() const noexcept { asm volatile("mfence\n\tlfence" : : : "memory"); }
};

#elif defined(__aarch64__)

/// Arm ARM, CTR_EL0: bits 19:16 are the logarithm of the words of the smallest line of all data
/// caches. Linux lets a process read it.
struct Lines {
  std::size_t bytes;

  Lines() noexcept {
    std::uint64_t ctr = 0;
    asm("mrs %0, ctr_el0" : "=r"(ctr));
    bytes = std::size_t{4} << (ctr >> 16 & 0xf);
  }

  void flush(std::uintptr_t line) const noexcept {
    asm volatile("dc civac, %0" : : "r"(line) : "memory");
  }
  void wait() const noexcept { asm volatile("dsb sy\n\tisb" : : : "memory"); }
};

#else

struct Lines {
  std::size_t bytes = 64;
  [[noreturn]] void flush(std::uintptr_t) const noexcept { std::abort(); }
  void wait() const noexcept {}
};

#endif

const Lines& lines() noexcept {
  static const Lines lines;
  return lines;
}

}  // namespace

std::size_t flushed_line_bytes() noexcept { return lines().bytes; }

std::uint64_t flush_cache_lines(std::span<const Bytes> blocks) noexcept {
  return flush_lines_by(lines(), blocks);
}

}  // namespace tfm::bench
