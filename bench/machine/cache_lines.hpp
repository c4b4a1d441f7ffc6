// SPDX-License-Identifier: MIT
// Memory taken out of all caches, line by line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/algorithm.hpp"

namespace tfm::bench {

/// Whether a process may do so: CLFLUSHOPT or CLFLUSH on x86-64, DC CIVAC on arm64 (Linux sets
/// SCTLR_EL1.UCI).
#if defined(__x86_64__) || defined(__aarch64__)
inline constexpr bool flushes_cache_lines = true;
#else
inline constexpr bool flushes_cache_lines = false;
#endif

/// The bytes that one such instruction takes.
std::size_t flushed_line_bytes() noexcept;

/// Calls each(address of a line's first byte) for every line of `line_bytes` that these blocks
/// touch. Returns the number of lines; one that two blocks share counts twice.
template <class Each>
std::uint64_t for_each_line(std::span<const Bytes> blocks, std::size_t line_bytes,
                            Each&& each) noexcept {
  std::uint64_t lines = 0;
  for (const Bytes block : blocks) {
    if (block.empty()) continue;
    const auto begin = reinterpret_cast<std::uintptr_t>(block.data());
    const std::uintptr_t first = begin & ~static_cast<std::uintptr_t>(line_bytes - 1);
    for (std::uintptr_t line = first; line < begin + block.size(); line += line_bytes) {
      each(line);
      ++lines;
    }
  }
  return lines;
}

/// Has the instructions `cpu` flush every line of these blocks, and then wait for all of it, once.
/// Returns the number of lines.
template <class Instructions>
std::uint64_t flush_lines_by(const Instructions& cpu, std::span<const Bytes> blocks) noexcept {
  const std::uint64_t flushed =
      for_each_line(blocks, cpu.bytes, [&](std::uintptr_t line) { cpu.flush(line); });
  cpu.wait();
  return flushed;
}

/// Writes the lines of these blocks back to memory and takes them out of all caches of all CPUs.
/// They are out when it returns, also for a stamp that follows. Reads no block, so that no
/// prefetcher brings a line back. Returns the number of lines, as for_each_line() counts them.
/// Aborts if flushes_cache_lines is false.
std::uint64_t flush_cache_lines(std::span<const Bytes> blocks) noexcept;

}  // namespace tfm::bench
