/* SPDX-License-Identifier: MIT */
#ifndef TFMBENCH_PERCENTILES_H
#define TFMBENCH_PERCENTILES_H

#include <stddef.h>

enum { PERCENTILES = 101 };

/* Sorts count (above 0) values. The percentiles 0 (the least) to 100 (the greatest), each one of
 * the values. */
void percentiles_of(long long *values, size_t count, long long percentiles[PERCENTILES]);

#endif
