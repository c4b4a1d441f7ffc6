// SPDX-License-Identifier: MIT
// The simulated caches: an L1D of 32 KiB with 8 ways and an L2 of 1 MiB with 16 ways, lines of 64
// bytes, least recently used goes first, loads and stores alike, by virtual address. No prefetcher,
// no instruction fetches, no TLB: what is counted is how many lines a packet touches that were not
// touched lately, not how long that takes.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
  LINE_SHIFT = 6,
  L1D_WAYS = 8,
  L1D_SETS = 64,
  L2_WAYS = 16,
  L2_SETS = 1024,
};

struct caches {
  uint64_t l1d[L1D_SETS][L1D_WAYS];  // lines, the latest first; 0: none
  uint64_t l2[L2_SETS][L2_WAYS];
};

struct misses {
  uint64_t l1d;
  uint64_t l2;  // of the accesses that missed L1D
};

void caches_empty(struct caches* caches);

// An access of `bytes` at `address`, which may reach into a second line.
void caches_access(struct caches* caches, uint64_t address, uint64_t bytes, struct misses* misses);
