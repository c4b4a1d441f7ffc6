// SPDX-License-Identifier: MIT
// Marks for QEMU's plugin in kernel/plugin, which counts instructions between them: a long nop
// whose displacement says which. The processor ignores it, and the plugin does not count it.
#pragma once

#include <cstdint>

namespace tfm::bench {

/// The same numbers stand in kernel/plugin/marks.h.
enum class Mark : std::uint8_t {
  flush = 0x00,      ///< empty the simulated caches
  turn = 0x01,       ///< a turn begins, outside of any phase
  done = 0x02,       ///< it ends
  allocator = 0x03,  ///< the allocator is called
  back = 0x04,       ///< it has returned: back to the phase before
  start = 0x10,
  key = 0x11,
  update = 0x12,
  final = 0x13,
  end = 0x14,
  other = 0x15,  ///< between two packets
};

#ifdef __x86_64__
inline constexpr bool have_marks = true;
#else
inline constexpr bool have_marks = false;
#endif

template <Mark number>
[[gnu::always_inline]] inline void mark() noexcept {
#ifdef __x86_64__
  // nopl 0x7f4d4bNN(%rax)
  asm volatile(".byte 0x0f, 0x1f, 0x80; .long 0x7f4d4b00 + %c0"
               :
               : "i"(static_cast<int>(number))
               : "memory");
#endif
}

}  // namespace tfm::bench
