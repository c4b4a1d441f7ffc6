// SPDX-License-Identifier: MIT
// Which phase a packet is in, and what each phase of a turn has cost.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "cache.h"
#include "marks.h"

enum phase { START, KEY, UPDATE, FINAL, END, ALLOCATION, OTHER, PHASES };

struct cost {
  uint64_t instructions;
  uint64_t loads;
  uint64_t stores;
  struct misses misses;
};

struct turns {
  struct caches caches;
  struct cost costs[PHASES];
  enum phase phase;
  enum phase caller;  // the phase that called the allocator
  bool counting;      // a turn has begun and not ended
  uint64_t turn;      // its number
  FILE* out;          // a line of JSON is written here when a turn ends
};

void turns_init(struct turns* turns, FILE* out);
void turns_mark(struct turns* turns, enum mark mark);

// Both do nothing outside of a turn.
void turns_instructions(struct turns* turns, uint64_t n);
void turns_access(struct turns* turns, bool store, uint64_t address, uint64_t bytes);
