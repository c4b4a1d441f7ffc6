// SPDX-License-Identifier: MIT
// Reads a script from stdin, a step a line: `m MARK`, `i INSTRUCTIONS`, `l ADDRESS BYTES`,
// `s ADDRESS BYTES`. Turns are written to stdout.
#include <stdio.h>
#include <stdlib.h>

#include "phases.h"

static struct turns turns;

static void step(char kind, const char* rest) {
  char* end;
  const unsigned long long first = strtoull(rest, &end, 0);
  switch (kind) {
    case 'm':
      turns_mark(&turns, (enum mark)first);
      break;
    case 'i':
      turns_instructions(&turns, first);
      break;
    default:
      turns_access(&turns, kind == 's', first, strtoull(end, NULL, 0));
      break;
  }
}

int main(void) {
  char line[80];
  turns_init(&turns, stdout);
  while (fgets(line, sizeof line, stdin) != NULL) step(line[0], line + 1);
  return 0;
}
