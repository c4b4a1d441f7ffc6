// SPDX-License-Identifier: MIT
#include "percentiles.h"

#include <stdlib.h>

static int by_size(const void *left, const void *right)
{
	long long a = *(const long long *)left, b = *(const long long *)right;

	return (a > b) - (a < b);
}

void percentiles_of(long long *values, size_t count, long long percentiles[PERCENTILES])
{
	const size_t last = PERCENTILES - 1;

	qsort(values, count, sizeof(*values), by_size);
	for (size_t i = 0; i <= last; i++)
		percentiles[i] = values[(i * (count - 1) + last / 2) / last];
}
