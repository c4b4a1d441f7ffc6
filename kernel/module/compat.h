/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernels from 6.1 to 7.x have, and have not. No other file looks at the version.
 */
#ifndef TFMBENCH_COMPAT_H
#define TFMBENCH_COMPAT_H

#include <linux/kconfig.h>
#include <linux/version.h>
#include <crypto/hash.h>

#if __has_include(<linux/unaligned.h>)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/* tcp_get_md5sig_pool(): until TCP-MD5 moved to tcp_sigpool (6.7). */
#define TFM_HAVE_MD5SIG_POOL \
	(LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0) && IS_ENABLED(CONFIG_TCP_MD5SIG))

/* tcp_sigpool_start(): from 6.7 until TCP-MD5 and TCP-AO moved to library calls. */
#define TFM_HAVE_SIGPOOL \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0) && \
	 LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0) && IS_ENABLED(CONFIG_TCP_SIGPOOL))

/* crypto_clone_ahash(): made for tcp_sigpool, and gone with it. */
#define TFM_HAVE_CLONE \
	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0) && \
	 LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0))

/*
 * hmac_sha1_init_usingrawkey() and its like. aes_cmac_preparekey() and aes_gcm_preparekey() came
 * last.
 */
#if __has_include(<crypto/aes-cbc-macs.h>) && __has_include(<crypto/aes-gcm.h>)
#define TFM_HAVE_LIBRARY 1
#else
#define TFM_HAVE_LIBRARY 0
#endif

/*
 * A request on the stack is a macro from 6.16 on. Before, the same is built by hand: it works with
 * a synchronous transform whose request fits, which socket.c and shared.c check.
 */
#ifdef HASH_REQUEST_ON_STACK
#define TFM_STACK_REQUEST_BYTES MAX_SYNC_HASH_REQSIZE
#define TFM_REQUEST_ON_STACK(name, tfm) HASH_REQUEST_ON_STACK(name, tfm)
#else
#define TFM_STACK_REQUEST_BYTES (sizeof(struct ahash_request) + HASH_MAX_DESCSIZE)
#define TFM_REQUEST_ON_STACK(name, tfm) \
	u8 __##name##_bytes[TFM_STACK_REQUEST_BYTES] __aligned(CRYPTO_MINALIGN); \
	struct ahash_request *name = (void *)__##name##_bytes; \
	ahash_request_set_tfm(name, tfm)
#endif

#endif
