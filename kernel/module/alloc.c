// SPDX-License-Identifier: GPL-2.0
#include <linux/err.h>
#include <linux/moduleparam.h>

#include "alloc.h"

static unsigned int fail_open;
module_param(fail_open, uint, 0444);
MODULE_PARM_DESC(fail_open, "refuse this allocation of those made for packets and sockets; 0: none");

static unsigned int asked;

bool tfm_refused(void)
{
	return ++asked == fail_open;
}

/* Pools and requests on the stack need a transform that is done when the call returns. */
struct crypto_ahash *tfm_alloc_ahash(const char *algorithm, int *err)
{
	struct crypto_ahash *ahash = ERR_PTR(-ENOMEM);

	if (!tfm_refused())
		ahash = crypto_alloc_ahash(algorithm, 0, CRYPTO_ALG_ASYNC);
	*err = PTR_ERR_OR_ZERO(ahash);
	return *err ? NULL : ahash;
}

struct crypto_shash *tfm_alloc_shash(const char *algorithm, int *err)
{
	struct crypto_shash *shash = ERR_PTR(-ENOMEM);

	if (!tfm_refused())
		shash = crypto_alloc_shash(algorithm, 0, 0);
	*err = PTR_ERR_OR_ZERO(shash);
	return *err ? NULL : shash;
}

/*
 * x86's gcm is asynchronous by its flag and runs at once wherever the FPU may be used, and a turn
 * is such a place. ESP asks for it in the same way.
 */
struct crypto_aead *tfm_alloc_aead(const char *algorithm, int *err)
{
	struct crypto_aead *aead = ERR_PTR(-ENOMEM);

	if (!tfm_refused())
		aead = crypto_alloc_aead(algorithm, 0, 0);
	*err = PTR_ERR_OR_ZERO(aead);
	return *err ? NULL : aead;
}
