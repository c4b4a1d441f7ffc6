// SPDX-License-Identifier: MIT
// The marks that kernel/module, kernel/init and the model's marked round execute: nopl
// 0x7f4d4bNN(%rax), NN as below. The same numbers stand in kernel/module/marks.h and in
// bench/cell/marks.hpp.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mark {
  MARK_FLUSH = 0x00,      // empty the simulated caches
  MARK_TURN = 0x01,       // a turn begins, outside of any phase
  MARK_DONE = 0x02,       // it ends
  MARK_ALLOCATOR = 0x03,  // the allocator is called
  MARK_RETURN = 0x04,     // back to the phase before
  MARK_START = 0x10,
  MARK_KEY = 0x11,
  MARK_UPDATE = 0x12,
  MARK_FINAL = 0x13,
  MARK_END = 0x14,
  MARK_OTHER = 0x15,  // between two packets
};

enum { MARK_BYTES = 7 };

static inline bool is_mark(const uint8_t* code, size_t bytes) {
  return bytes == MARK_BYTES && code[0] == 0x0f && code[1] == 0x1f && code[2] == 0x80 &&
         code[4] == 0x4b && code[5] == 0x4d && code[6] == 0x7f;
}
