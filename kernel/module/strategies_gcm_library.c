// SPDX-License-Identifier: GPL-2.0
/*
 * ESP's packets under the AES-GCM library: the strategies of strategies_library.c. The packet is
 * given piece by piece, in the parts that strategies_aead.c has in its scatterlist.
 */
#include "compat.h"
#if TFM_HAVE_LIBRARY
#include <linux/slab.h>

#include "aead_piece.h"
#include "library.h"
#include "section.h"
#include "strategies.h"
#include "turn.h"

/* In scratch: the AAD and the IV. */
static __always_inline void encrypt(struct aes_gcm_ctx *ctx, const struct aes_gcm_key *key,
				    u8 *scratch, struct sk_buff *skb, const struct tfm_turn *turn,
				    const bool marks)
{
	const struct tfm_segment *segment = turn->segment;
	unsigned int bytes = tfm_data_bytes(segment, skb);
	unsigned int linear = min_t(unsigned int, bytes, TFM_ESP_LINEAR_BYTES);
	unsigned int trailer = tfm_esp_text_bytes(bytes) - bytes;
	u8 *aad = scratch, *iv = scratch + TFM_ESP_AAD_BYTES;
	u8 *data = tfm_data(segment, skb);

	tfm_esp_put_aad(aad, segment);
	tfm_esp_put_iv(iv, segment);
	aes_gcm_init(ctx, iv, key);
	aes_gcm_auth_update(ctx, aad, TFM_ESP_AAD_BYTES);
	aes_gcm_encrypt_update(ctx, data, data, linear);
	if (bytes > linear)
		aes_gcm_encrypt_update(ctx, data + linear, data + linear, bytes - linear);
	data += bytes;
	aes_gcm_encrypt_update(ctx, data, data, trailer);
	tfm_mark(marks, TFM_MARK_FINAL);
	aes_gcm_encrypt_final(ctx, data + trailer);
}

static noinline void gcm_encrypt_plain(struct aes_gcm_ctx *ctx, const struct aes_gcm_key *key,
				       u8 *scratch, struct sk_buff *skb,
				       const struct tfm_turn *turn)
{
	encrypt(ctx, key, scratch, skb, turn, false);
}

static noinline void gcm_encrypt_marked(struct aes_gcm_ctx *ctx, const struct aes_gcm_key *key,
					u8 *scratch, struct sk_buff *skb,
					const struct tfm_turn *turn)
{
	encrypt(ctx, key, scratch, skb, turn, true);
}

static __always_inline void gcm_encrypt(struct aes_gcm_ctx *ctx, const struct aes_gcm_key *key,
					u8 *scratch, struct sk_buff *skb,
					const struct tfm_turn *turn, const bool marks)
{
	tfm_mark(marks, TFM_MARK_UPDATE);
	if (marks)
		gcm_encrypt_marked(ctx, key, scratch, skb, turn);
	else
		gcm_encrypt_plain(ctx, key, scratch, skb, turn);
}

static __always_inline int gcm_raw_encrypt(struct tfm_gcm *keyed, u8 *scratch, const u8 *key,
					   struct sk_buff *skb, const struct tfm_turn *turn,
					   const bool marks)
{
	int err;

	tfm_mark(marks, TFM_MARK_KEY);
	err = aes_gcm_preparekey(&keyed->key, key, turn->algorithm->key_bytes, TFM_ESP_ICV_BYTES);
	if (!err)
		gcm_encrypt(&keyed->ctx, &keyed->key, scratch, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	memzero_explicit(&keyed->key, sizeof(keyed->key));
	return err;
}

static __always_inline int onstack_gcm_packet(const struct tfm_turn *turn, void *socket,
					      struct sk_buff *skb, const bool marks)
{
	u8 scratch[TFM_SCRATCH_BYTES] __aligned(8);
	struct tfm_gcm keyed;

	return gcm_raw_encrypt(&keyed, scratch, socket, skb, turn, marks);
}
TFM_TURN(onstack_gcm)

static __always_inline int onstack_prepared_gcm_packet(const struct tfm_turn *turn, void *socket,
						       struct sk_buff *skb, const bool marks)
{
	u8 scratch[TFM_SCRATCH_BYTES] __aligned(8);
	struct aes_gcm_ctx ctx;

	tfm_mark(marks, TFM_MARK_KEY);
	gcm_encrypt(&ctx, socket, scratch, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	return 0;
}
TFM_TURN(onstack_prepared_gcm)

static __always_inline int per_request_key_gcm_packet(const struct tfm_turn *turn, void *socket,
						      struct sk_buff *skb, const bool marks)
{
	u8 *piece;
	int err;

	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	piece = kmalloc(sizeof(struct tfm_gcm) + TFM_SCRATCH_BYTES, GFP_ATOMIC);
	tfm_mark(marks, TFM_MARK_RETURN);
	if (unlikely(!piece))
		return -ENOMEM;
	err = gcm_raw_encrypt((void *)piece, piece + sizeof(struct tfm_gcm), socket, skb, turn,
			      marks);
	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	kfree_sensitive(piece);
	tfm_mark(marks, TFM_MARK_RETURN);
	return err;
}
TFM_TURN(per_request_key_gcm)

static __always_inline int percpu_request_key_gcm_packet(const struct tfm_turn *turn, void *socket,
							 struct sk_buff *skb, const bool marks)
{
	struct tfm_cpu *cpu = tfm_section_start(turn);
	int err;

	err = gcm_raw_encrypt(cpu->keyed, tfm_section_scratch(cpu), socket, skb, turn, marks);
	tfm_section_end();
	return err;
}
TFM_TURN(percpu_request_key_gcm)
#endif
