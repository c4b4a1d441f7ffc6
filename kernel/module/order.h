/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Orders that look random and are the same in every boot.
 */
#ifndef TFMBENCH_ORDER_H
#define TFMBENCH_ORDER_H

#include <linux/minmax.h>
#include <linux/types.h>

struct tfm_random {
	u64 state;
};

#define TFM_RANDOM_SEED { .state = 88172645463325252ULL }

/* Marsaglia's xorshift64, reduced to below `n`. */
static inline u32 tfm_random_below(struct tfm_random *random, u32 n)
{
	random->state ^= random->state << 13;
	random->state ^= random->state >> 7;
	random->state ^= random->state << 17;
	return (u64)(u32)(random->state >> 32) * n >> 32;
}

static inline void tfm_shuffle(u32 *order, unsigned int n, struct tfm_random *random)
{
	unsigned int i;

	for (i = n; i > 1; i--) {
		u32 other = tfm_random_below(random, i);

		swap(order[i - 1], order[other]);
	}
}

#endif
