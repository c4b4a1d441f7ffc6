// SPDX-License-Identifier: MIT
#include "phases.h"

#include <inttypes.h>
#include <string.h>

static const char* const names[PHASES] = {"start", "key",        "update", "final",
                                          "end",   "allocation", "other"};

void turns_init(struct turns* turns, FILE* out) {
  memset(turns, 0, sizeof *turns);
  turns->phase = turns->caller = OTHER;
  turns->out = out;
}

static void begin(struct turns* turns) {
  memset(turns->costs, 0, sizeof turns->costs);
  turns->phase = turns->caller = OTHER;
  turns->counting = true;
}

static void write_turn(struct turns* turns) {
  fprintf(turns->out, "{\"turn\":%" PRIu64 ",\"phases\":{", turns->turn);
  for (int i = 0; i < PHASES; i++) {
    const struct cost* c = &turns->costs[i];
    fprintf(turns->out,
            "%s\"%s\":{\"instructions\":%" PRIu64 ",\"loads\":%" PRIu64 ",\"stores\":%" PRIu64
            ",\"l1d_misses\":%" PRIu64 ",\"l2_misses\":%" PRIu64 "}",
            i ? "," : "", names[i], c->instructions, c->loads, c->stores, c->misses.l1d,
            c->misses.l2);
  }
  fputs("}}\n", turns->out);
}

void turns_mark(struct turns* turns, enum mark mark) {
  switch (mark) {
    case MARK_FLUSH:
      caches_empty(&turns->caches);
      break;
    case MARK_TURN:
      begin(turns);
      break;
    case MARK_DONE:
      if (!turns->counting) break;
      turns->counting = false;
      write_turn(turns);
      turns->turn++;
      break;
    case MARK_ALLOCATOR:
      if (turns->phase != ALLOCATION) turns->caller = turns->phase;
      turns->phase = ALLOCATION;
      break;
    case MARK_RETURN:
      turns->phase = turns->caller;
      break;
    case MARK_START:
    case MARK_KEY:
    case MARK_UPDATE:
    case MARK_FINAL:
    case MARK_END:
      turns->phase = (enum phase)(START + (mark - MARK_START));
      break;
    case MARK_OTHER:
      turns->phase = OTHER;
      break;
  }
}

void turns_instructions(struct turns* turns, uint64_t n) {
  if (turns->counting) turns->costs[turns->phase].instructions += n;
}

void turns_access(struct turns* turns, bool store, uint64_t address, uint64_t bytes) {
  if (!turns->counting) return;
  struct cost* cost = &turns->costs[turns->phase];
  if (store) {
    cost->stores++;
  } else {
    cost->loads++;
  }
  caches_access(&turns->caches, address, bytes, &cost->misses);
}
