/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is allocated for packets and when sockets open. The parameter fail_open=N refuses the N-th
 * of these, so that a test can walk through every error path.
 */
#ifndef TFMBENCH_ALLOC_H
#define TFMBENCH_ALLOC_H

#include <linux/slab.h>
#include <crypto/aead.h>
#include <crypto/hash.h>

bool tfm_refused(void);

static inline void *tfm_zalloc(size_t bytes)
{
	return tfm_refused() ? NULL : kzalloc(bytes, GFP_KERNEL);
}

/* These return NULL and set *err. */
struct crypto_ahash *tfm_alloc_ahash(const char *algorithm, int *err);
struct crypto_shash *tfm_alloc_shash(const char *algorithm, int *err);
struct crypto_aead *tfm_alloc_aead(const char *algorithm, int *err);

#endif
