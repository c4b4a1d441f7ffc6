// SPDX-License-Identifier: MIT
// The order in which the module visits 1,000 sockets.
#include <stdio.h>

#include "order.h"

int main(void) {
  struct tfm_random random = TFM_RANDOM_SEED;
  u32 order[1000];
  for (u32 i = 0; i < 1000; i++) order[i] = i;
  tfm_shuffle(order, 1000, &random);
  for (u32 i = 0; i < 1000; i++) printf("%u\n", order[i]);
  return 0;
}
