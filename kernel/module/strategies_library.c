// SPDX-License-Identifier: GPL-2.0
/*
 * Strategies on library calls: no transform at all.
 *
 * onstack/library             key and request on the stack, the raw key prepared for every packet:
 *                             TCP-AO since it left the transform API (tcp_ao_mac_init())
 * onstack_prepared/library    a prepared key per socket, the request on the stack: seg6
 * per_request_key/library     key and request allocated per packet, the raw key prepared in it
 * percpu_request_key/library  the same, preallocated per CPU
 *
 * An algorithm is a constant wherever this is compiled: no packet chooses between functions.
 */
#include "compat.h"
#if TFM_HAVE_LIBRARY
#include <linux/slab.h>

#include "hashing.h"
#include "library.h"
#include "section.h"
#include "strategies.h"
#include "turn.h"

/* The same union on the stack of tcp_ao_hash_skb() and its like: the largest counts. */
union tcp_ao_ctx {
	struct hmac_sha1_ctx sha1;
	struct hmac_sha256_ctx sha256;
	struct tfm_cmac cmac;
};

static __always_inline void library_use_raw_key(enum tfm_algorithm_id id, void *ctx, const u8 *key)
{
	struct tfm_cmac *cmac = ctx;

	switch (id) {
	case TFM_HMAC_SHA1:
		hmac_sha1_init_usingrawkey(ctx, key, SHA1_DIGEST_SIZE);
		break;
	case TFM_HMAC_SHA256:
		hmac_sha256_init_usingrawkey(ctx, key, SHA256_DIGEST_SIZE);
		break;
	case TFM_CMAC_AES:
		/* Fails for keys of another length only. */
		(void)!aes_cmac_preparekey(&cmac->key, key, AES_KEYSIZE_128);
		aes_cmac_init(&cmac->ctx, &cmac->key);
		break;
	default:
		break;
	}
}

static __always_inline void library_use_prepared(enum tfm_algorithm_id id, void *ctx,
						 const void *prepared)
{
	switch (id) {
	case TFM_HMAC_SHA1:
		hmac_sha1_init(ctx, prepared);
		break;
	case TFM_HMAC_SHA256:
		hmac_sha256_init(ctx, prepared);
		break;
	case TFM_CMAC_AES:
		aes_cmac_init(&((struct tfm_cmac *)ctx)->ctx, prepared);
		break;
	default:
		break;
	}
}

static __always_inline void library_update(enum tfm_algorithm_id id, void *ctx, const u8 *bytes,
					   size_t n)
{
	switch (id) {
	case TFM_HMAC_SHA1:
		hmac_sha1_update(ctx, bytes, n);
		break;
	case TFM_HMAC_SHA256:
		hmac_sha256_update(ctx, bytes, n);
		break;
	case TFM_CMAC_AES:
		aes_cmac_update(&((struct tfm_cmac *)ctx)->ctx, bytes, n);
		break;
	default:
		md5_update(ctx, bytes, n);
		break;
	}
}

/* The library's own functions zero their contexts. */
static __always_inline void library_final(enum tfm_algorithm_id id, void *ctx, u8 *mac)
{
	switch (id) {
	case TFM_HMAC_SHA1:
		hmac_sha1_final(ctx, mac);
		break;
	case TFM_HMAC_SHA256:
		hmac_sha256_final(ctx, mac);
		break;
	case TFM_CMAC_AES:
		aes_cmac_final(&((struct tfm_cmac *)ctx)->ctx, mac);
		break;
	default:
		md5_final(ctx, mac);
		break;
	}
}

/* The segment from its first byte on. The context has its key already. */
static __always_inline void library_segment(enum tfm_algorithm_id id, void *ctx, u8 *scratch,
					    const u8 *raw_key, const struct sk_buff *skb,
					    const struct tfm_turn *turn, const bool marks)
{
	const struct tfm_segment *segment = turn->segment;
	const bool keyed = id != TFM_MD5;

	if (keyed) {
		library_update(id, ctx, scratch, tfm_put_sne(scratch, segment));
		library_update(id, ctx, scratch, tfm_put_pseudo_header(scratch, segment, skb));
		library_update(id, ctx, scratch, tfm_put_header(scratch, segment, skb, true));
	} else {
		md5_init(ctx);
		library_update(id, ctx, scratch, tfm_put_headers(scratch, segment, skb));
	}
	library_update(id, ctx, tfm_data(segment, skb), tfm_data_bytes(segment, skb));
	if (!keyed)
		library_update(id, ctx, raw_key, turn->algorithm->key_bytes);
	tfm_mark(marks, TFM_MARK_FINAL);
	library_final(id, ctx, turn->mac);
}

#define keyed_bytes(ctx_type) ALIGN(sizeof(ctx_type), 8)

/* NAME: sha1 and so on; ID; the context's type; what onstack/library has on its stack. */
#define TFM_LIBRARY(name, id, ctx_type, stack_type) \
static noinline void name##_mac_plain(void *ctx, u8 *scratch, const u8 *raw_key, \
				      const struct sk_buff *skb, const struct tfm_turn *turn) \
{ \
	library_segment(id, ctx, scratch, raw_key, skb, turn, false); \
} \
 \
static noinline void name##_mac_marked(void *ctx, u8 *scratch, const u8 *raw_key, \
				       const struct sk_buff *skb, const struct tfm_turn *turn) \
{ \
	library_segment(id, ctx, scratch, raw_key, skb, turn, true); \
} \
 \
static __always_inline void name##_mac(void *ctx, u8 *scratch, const u8 *raw_key, \
				       const struct sk_buff *skb, const struct tfm_turn *turn, \
				       const bool marks) \
{ \
	tfm_mark(marks, TFM_MARK_UPDATE); \
	if (marks) \
		name##_mac_marked(ctx, scratch, raw_key, skb, turn); \
	else \
		name##_mac_plain(ctx, scratch, raw_key, skb, turn); \
} \
 \
static __always_inline void name##_raw_mac(void *ctx, u8 *scratch, const u8 *key, \
					   const struct sk_buff *skb, \
					   const struct tfm_turn *turn, const bool marks) \
{ \
	tfm_mark(marks, TFM_MARK_KEY); \
	library_use_raw_key(id, ctx, key); \
	name##_mac(ctx, scratch, key, skb, turn, marks); \
	tfm_mark(marks, TFM_MARK_END); \
	if (id == TFM_CMAC_AES) \
		aes_cmac_zeroize_key(&((struct tfm_cmac *)ctx)->key); \
} \
 \
static __always_inline int onstack_##name##_packet(const struct tfm_turn *turn, \
						   void *socket, struct sk_buff *skb, \
						   const bool marks) \
{ \
	stack_type ctx; \
	u8 scratch[TFM_SCRATCH_BYTES] __aligned(8); \
 \
	name##_raw_mac(&ctx, scratch, socket, skb, turn, marks); \
	return 0; \
} \
TFM_TURN(onstack_##name) \
 \
static __always_inline int onstack_prepared_##name##_packet(const struct tfm_turn *turn, \
							    void *socket, struct sk_buff *skb, \
							    const bool marks) \
{ \
	ctx_type ctx; \
	u8 scratch[TFM_SCRATCH_BYTES] __aligned(8); \
 \
	tfm_mark(marks, TFM_MARK_KEY); \
	library_use_prepared(id, &ctx, socket); \
	name##_mac(&ctx, scratch, socket, skb, turn, marks); \
	tfm_mark(marks, TFM_MARK_END); \
	return 0; \
} \
TFM_TURN(onstack_prepared_##name) \
 \
static __always_inline int per_request_key_##name##_packet(const struct tfm_turn *turn, \
							   void *socket, struct sk_buff *skb, \
							   const bool marks) \
{ \
	u8 *piece; \
 \
	tfm_mark(marks, TFM_MARK_ALLOCATOR); \
	piece = kmalloc(keyed_bytes(ctx_type) + TFM_SCRATCH_BYTES, GFP_ATOMIC); \
	tfm_mark(marks, TFM_MARK_RETURN); \
	if (unlikely(!piece)) \
		return -ENOMEM; \
	name##_raw_mac(piece, piece + keyed_bytes(ctx_type), socket, skb, turn, marks); \
	tfm_mark(marks, TFM_MARK_ALLOCATOR); \
	kfree_sensitive(piece); \
	tfm_mark(marks, TFM_MARK_RETURN); \
	return 0; \
} \
TFM_TURN(per_request_key_##name) \
 \
static __always_inline int percpu_request_key_##name##_packet(const struct tfm_turn *turn, \
							      void *socket, struct sk_buff *skb, \
							      const bool marks) \
{ \
	struct tfm_cpu *cpu = tfm_section_start(turn); \
 \
	name##_raw_mac(cpu->keyed, tfm_section_scratch(cpu), socket, skb, turn, marks); \
	tfm_section_end(); \
	return 0; \
} \
TFM_TURN(percpu_request_key_##name)

TFM_LIBRARY(sha1, TFM_HMAC_SHA1, struct hmac_sha1_ctx, union tcp_ao_ctx)
TFM_LIBRARY(sha256, TFM_HMAC_SHA256, struct hmac_sha256_ctx, union tcp_ao_ctx)
TFM_LIBRARY(cmac, TFM_CMAC_AES, struct tfm_cmac, union tcp_ao_ctx)
TFM_LIBRARY(md5, TFM_MD5, struct md5_ctx, struct md5_ctx)
#endif
