// SPDX-License-Identifier: GPL-2.0
/*
 * The parts that all sockets of a cell share: transforms, per-CPU parts, pools.
 */
#include <linux/scatterlist.h>
#include <net/tcp.h>

#include "aead_piece.h"
#include "alloc.h"
#include "piece.h"
#include "strategies.h"

static int open_cpu_ahash(struct tfm_open *open, struct tfm_cpu *cpu)
{
	int err = 0;

	/* Without a key one transform does for all CPUs. */
	cpu->ahash = open->algorithm->keyed ? tfm_alloc_ahash(open->algorithm->name, &err) :
					      open->shared.ahash;
	if (!err && (open->cell->parts & TFM_CPU_REQUEST)) {
		cpu->request = tfm_refused() ? NULL : ahash_request_alloc(cpu->ahash, GFP_KERNEL);
		if (!cpu->request)
			err = -ENOMEM;
	}
	return err;
}

static int open_cpu_shash(struct tfm_open *open, struct tfm_cpu *cpu)
{
	int err = 0;

	cpu->shash = open->algorithm->keyed ? tfm_alloc_shash(open->algorithm->name, &err) :
					      open->shared.shash;
	return err;
}

static int open_cpu_aead(struct tfm_open *open, struct tfm_cpu *cpu)
{
	int err = 0;

	cpu->aead = tfm_alloc_aead(open->algorithm->name, &err);
	if (!err)
		err = crypto_aead_setauthsize(cpu->aead, open->algorithm->mac_bytes);
	if (!err && (open->cell->parts & TFM_CPU_AEAD_REQUEST)) {
		cpu->aead_request =
			tfm_refused() ? NULL : aead_request_alloc(cpu->aead, GFP_KERNEL);
		if (!cpu->aead_request)
			err = -ENOMEM;
	}
	return err;
}

/* The key that percpu_pool/no_rekey never changes. */
static int set_first_key(struct tfm_open *open, struct tfm_cpu *cpu)
{
	u8 key[TFM_MAX_KEY_BYTES];
	int err = 0;

	tfm_key_of(0, key, open->algorithm->key_bytes);
	if (cpu->ahash)
		err = crypto_ahash_setkey(cpu->ahash, key, open->algorithm->key_bytes);
	if (!err && cpu->aead)
		err = crypto_aead_setkey(cpu->aead, key, open->algorithm->key_bytes);
	memzero_explicit(key, sizeof(key));
	return err;
}

static int open_cpu(struct tfm_open *open, struct tfm_cpu *cpu)
{
	unsigned int parts = open->cell->parts;
	u8 *scratch;
	int err = 0;

	if (parts & TFM_CPU_AHASH)
		err = open_cpu_ahash(open, cpu);
	if (!err && (parts & TFM_CPU_SHASH))
		err = open_cpu_shash(open, cpu);
	if (!err && (parts & TFM_CPU_AEAD))
		err = open_cpu_aead(open, cpu);
	if (!err && (parts & TFM_CPU_KEYED)) {
		cpu->keyed = tfm_zalloc(tfm_library_keyed_bytes(open->algorithm));
		if (!cpu->keyed)
			err = -ENOMEM;
	}
	if (!err && (parts & TFM_CPU_SCRATCH)) {
		scratch = tfm_zalloc(open->shared.scratch_bytes);
		if (!scratch)
			err = -ENOMEM;
		rcu_assign_pointer(cpu->scratch, scratch);
	}
	if (!err && (parts & TFM_FIRST_KEY))
		err = set_first_key(open, cpu);
	return err;
}

static int open_pools(struct tfm_open *open)
{
	struct tfm_shared *shared = &open->shared;

	if (open->cell->parts & TFM_MEMPOOL) {
		shared->pieces = tfm_refused() ? NULL :
			mempool_create_kmalloc_pool(TFM_MEMPOOL_PIECES, shared->piece_bytes);
		if (!shared->pieces)
			return -ENOMEM;
	}
#if TFM_HAVE_SIGPOOL
	if (open->cell->parts & TFM_SIGPOOL) {
		shared->sigpool = tfm_refused() ? -ENOMEM :
			tcp_sigpool_alloc_ahash(open->algorithm->name, shared->scratch_bytes);
		if (shared->sigpool < 0)
			return shared->sigpool;
	}
#endif
#if TFM_HAVE_MD5SIG_POOL
	/* TCP never frees it either. */
	if (open->cell->parts & TFM_MD5SIG_POOL)
		if (tfm_refused() || !tcp_alloc_md5sig_pool())
			return -ENOMEM;
#endif
	return 0;
}

/* How large a request and its scratch are in one piece. Needs a transform to ask. */
static void measure_piece(struct tfm_open *open)
{
	struct tfm_shared *shared = &open->shared;
	size_t request_bytes = 0;

	shared->scratch_bytes = shared->aead ? sizeof(struct tfm_aead_scratch) : TFM_SCRATCH_BYTES;
	if (shared->ahash)
		request_bytes = sizeof(struct ahash_request) + crypto_ahash_reqsize(shared->ahash);
	if (shared->aead)
		request_bytes = sizeof(struct aead_request) + crypto_aead_reqsize(shared->aead);
	shared->piece_bytes = tfm_piece_bytes(request_bytes, shared->scratch_bytes);
}

int tfm_open_shared(struct tfm_open *open)
{
	struct tfm_shared *shared = &open->shared;
	unsigned int parts = open->cell->parts;
	int err = 0, cpu;

	if (parts & TFM_SHARED_AHASH)
		shared->ahash = tfm_alloc_ahash(open->algorithm->name, &err);
	if (!err && (parts & TFM_SHARED_SHASH))
		shared->shash = tfm_alloc_shash(open->algorithm->name, &err);
	if (!err && (parts & TFM_SHARED_AEAD))
		shared->aead = tfm_alloc_aead(open->algorithm->name, &err);
	if (err)
		return err;
	/* A request on the stack has room for so much. */
	if (shared->ahash && sizeof(struct ahash_request) + crypto_ahash_reqsize(shared->ahash) >
				     TFM_STACK_REQUEST_BYTES)
		return -EOVERFLOW;
	measure_piece(open);
	err = open_pools(open);
	if (err)
		return err;

	shared->cpu = tfm_refused() ? NULL : alloc_percpu(struct tfm_cpu);
	if (!shared->cpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		err = open_cpu(open, per_cpu_ptr(shared->cpu, cpu));
		if (err)
			return err;
	}
	return 0;
}

static void close_cpu(struct tfm_open *open, struct tfm_cpu *cpu)
{
	ahash_request_free(cpu->request);
	if (cpu->ahash && cpu->ahash != open->shared.ahash)
		crypto_free_ahash(cpu->ahash);
	if (cpu->shash && cpu->shash != open->shared.shash)
		crypto_free_shash(cpu->shash);
	aead_request_free(cpu->aead_request);
	if (cpu->aead)
		crypto_free_aead(cpu->aead);
	kfree_sensitive(cpu->keyed);
	/* No turn runs any more. */
	kfree_sensitive(rcu_dereference_protected(cpu->scratch, true));
}

/* Also what a failed tfm_open_shared() has left, or one that was never called. */
void tfm_close_shared(struct tfm_open *open)
{
	struct tfm_shared *shared = &open->shared;
	int cpu;

	if (shared->cpu) {
		for_each_possible_cpu(cpu)
			close_cpu(open, per_cpu_ptr(shared->cpu, cpu));
		free_percpu(shared->cpu);
	}
#if TFM_HAVE_SIGPOOL
	if (shared->sigpool >= 0)
		tcp_sigpool_release(shared->sigpool);
#endif
	mempool_destroy(shared->pieces);
	if (shared->aead)
		crypto_free_aead(shared->aead);
	if (shared->shash)
		crypto_free_shash(shared->shash);
	if (shared->ahash)
		crypto_free_ahash(shared->ahash);
	memset(shared, 0, sizeof(*shared));
	shared->sigpool = -1;
}
