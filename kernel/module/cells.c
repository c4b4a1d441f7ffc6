// SPDX-License-Identifier: GPL-2.0
/*
 * All cells that this kernel has. A strategy that it cannot have is not in the list.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "strategies.h"

#define CELL(strategy_name, form_name, algorithm_bits, parts_bits, socket_kind, loop, ...) \
	{ \
		.strategy = strategy_name, \
		.form = form_name, \
		.algorithms = algorithm_bits, \
		.parts = parts_bits, \
		.socket = socket_kind, \
		.plain = loop##_plain, \
		.marked = loop##_marked, \
		__VA_ARGS__ \
	}

#define LIBRARY_CELLS(bits, name) \
	CELL("onstack", "library", bits, 0, TFM_SOCKET_RAW, onstack_##name), \
	CELL("onstack_prepared", "library", bits, 0, TFM_SOCKET_PREPARED, \
	     onstack_prepared_##name), \
	CELL("per_request_key", "library", bits, 0, TFM_SOCKET_RAW, per_request_key_##name), \
	CELL("percpu_request_key", "library", bits, TFM_CPU_KEYED | TFM_CPU_SCRATCH, \
	     TFM_SOCKET_RAW, percpu_request_key_##name)

#define POOL		(TFM_SHARED_AHASH | TFM_CPU_AHASH | TFM_CPU_SCRATCH)
#define AEAD_POOL	(TFM_SHARED_AEAD | TFM_CPU_AEAD | TFM_CPU_SCRATCH)

static const struct tfm_cell cells[] = {
	CELL("null", "none", TFM_MACS | TFM_AEADS, 0, TFM_SOCKET_RAW, null, .no_digest = true),

	CELL("percpu_pool", "ahash", TFM_MACS, POOL | TFM_CPU_REQUEST, TFM_SOCKET_RAW, percpu_pool),
	CELL("percpu_pool", "no_rekey", TFM_KEYED_MACS, POOL | TFM_CPU_REQUEST | TFM_FIRST_KEY,
	     TFM_SOCKET_RAW, percpu_pool_no_rekey, .no_digest = true),
	CELL("per_socket_tfm", "ahash", TFM_MACS, TFM_SHARED_AHASH, TFM_SOCKET_AHASH,
	     per_socket_tfm),
	CELL("tfm_pool", "ahash", TFM_MACS, POOL, TFM_SOCKET_RAW, tfm_pool),
	CELL("skb_request", "ahash", TFM_MACS, TFM_SHARED_AHASH, TFM_SOCKET_AHASH, skb_request),
	CELL("mempool", "ahash", TFM_MACS, TFM_SHARED_AHASH | TFM_MEMPOOL, TFM_SOCKET_AHASH,
	     mempool),
	CELL("onstack", "ahash", TFM_MACS, POOL, TFM_SOCKET_RAW, onstack_ahash),
	CELL("onstack", "shash", TFM_MACS, TFM_SHARED_SHASH | TFM_CPU_SHASH, TFM_SOCKET_RAW,
	     onstack_shash),
	CELL("onstack_prepared", "ahash", TFM_MACS, TFM_SHARED_AHASH | TFM_CPU_SCRATCH,
	     TFM_SOCKET_AHASH, onstack_prepared_ahash),
	CELL("onstack_prepared", "shash", TFM_MACS, TFM_SHARED_SHASH, TFM_SOCKET_SHASH,
	     onstack_prepared_shash),
#if TFM_HAVE_CLONE
	CELL("clone_sigpool", "ahash", TFM_MACS, TFM_SHARED_AHASH | TFM_CPU_SCRATCH, TFM_SOCKET_RAW,
	     clone_sigpool),
#endif
#if TFM_HAVE_SIGPOOL
	CELL("clone_sigpool", "tcp_sigpool", TFM_MACS, TFM_SIGPOOL, TFM_SOCKET_RAW, tcp_sigpool),
#endif
#if TFM_HAVE_MD5SIG_POOL
	CELL("md5sig_pool", "tcp_md5sig_pool", BIT(TFM_MD5), TFM_MD5SIG_POOL, TFM_SOCKET_RAW,
	     md5sig_pool),
#endif
#if TFM_HAVE_LIBRARY
	LIBRARY_CELLS(BIT(TFM_HMAC_SHA1), sha1),
	LIBRARY_CELLS(BIT(TFM_HMAC_SHA256), sha256),
	LIBRARY_CELLS(BIT(TFM_CMAC_AES), cmac),
	LIBRARY_CELLS(BIT(TFM_MD5), md5),
#endif

	CELL("percpu_pool", "aead", TFM_AEADS, AEAD_POOL | TFM_CPU_AEAD_REQUEST, TFM_SOCKET_RAW,
	     percpu_pool_aead),
	CELL("percpu_pool", "no_rekey", TFM_AEADS, AEAD_POOL | TFM_CPU_AEAD_REQUEST | TFM_FIRST_KEY,
	     TFM_SOCKET_RAW, percpu_pool_aead_no_rekey, .no_digest = true),
	CELL("per_socket_tfm", "aead", TFM_AEADS, TFM_SHARED_AEAD, TFM_SOCKET_AEAD,
	     per_socket_tfm_aead),
	CELL("tfm_pool", "aead", TFM_AEADS, AEAD_POOL, TFM_SOCKET_RAW, tfm_pool_aead),
	CELL("skb_request", "aead", TFM_AEADS, TFM_SHARED_AEAD, TFM_SOCKET_AEAD, skb_request_aead),
	CELL("mempool", "aead", TFM_AEADS, TFM_SHARED_AEAD | TFM_MEMPOOL, TFM_SOCKET_AEAD,
	     mempool_aead),
#if TFM_HAVE_LIBRARY
	LIBRARY_CELLS(TFM_AEADS, gcm),
#endif
};

const struct tfm_cell *tfm_cell_at(unsigned int i)
{
	return i < ARRAY_SIZE(cells) ? &cells[i] : NULL;
}

bool tfm_cell_runs(const struct tfm_cell *cell, const struct tfm_run *run)
{
	if (!(cell->algorithms & BIT(run->algorithm->id)))
		return false;
	/* In softirq a key cannot be set that allocates with GFP_KERNEL and waits. */
	return !run->setkey_sleeps || !(cell->parts & TFM_CPU_AEAD) || cell->no_digest;
}

bool tfm_cell_asked(const struct tfm_cell *cell, const struct tfm_run *run)
{
	return tfm_cell_runs(cell, run) && (!run->only || run->only == cell);
}

/* `name` is STRATEGY/FORM. */
const struct tfm_cell *tfm_cell_named(const char *name, const struct tfm_run *run)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cells); i++) {
		size_t n = strlen(cells[i].strategy);

		if (!strncmp(name, cells[i].strategy, n) && name[n] == '/' &&
		    !strcmp(name + n + 1, cells[i].form) && tfm_cell_runs(&cells[i], run))
			return &cells[i];
	}
	return NULL;
}
