// SPDX-License-Identifier: MIT
#include "cache.h"

#include <string.h>

// Returns whether the line was there. It is the set's latest then in any case.
static bool hit(uint64_t* set, unsigned ways, uint64_t line) {
  unsigned i = 0;
  while (i < ways - 1 && set[i] != line) i++;
  const bool found = set[i] == line;
  memmove(set + 1, set, i * sizeof *set);
  set[0] = line;
  return found;
}

static void access_line(struct caches* caches, uint64_t line, struct misses* misses) {
  if (hit(caches->l1d[line % L1D_SETS], L1D_WAYS, line)) return;
  misses->l1d++;
  if (!hit(caches->l2[line % L2_SETS], L2_WAYS, line)) misses->l2++;
}

void caches_empty(struct caches* caches) { memset(caches, 0, sizeof *caches); }

void caches_access(struct caches* caches, uint64_t address, uint64_t bytes, struct misses* misses) {
  const uint64_t first = address >> LINE_SHIFT;
  const uint64_t last = (address + bytes - 1) >> LINE_SHIFT;
  access_line(caches, first, misses);
  if (last != first) access_line(caches, last, misses);
}
