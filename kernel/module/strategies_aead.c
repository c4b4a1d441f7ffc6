// SPDX-License-Identifier: GPL-2.0
/*
 * ESP's packets under gcm(aes): the same strategies as for hashes, on aead transforms. One call
 * does it all, so the phase `final` is empty.
 *
 * Setting a key for every packet is legal in softirq only if the transform's setkey does not
 * allocate with GFP_KERNEL: x86's own does not, the template gcm_base() does (cells.c).
 */
#include <linux/slab.h>

#include "aead.h"
#include "piece.h"
#include "section.h"
#include "strategies.h"
#include "turn.h"

static __always_inline int aead_set_key(struct crypto_aead *aead, const u8 *key,
					const struct tfm_turn *turn, const bool marks)
{
	tfm_mark(marks, TFM_MARK_KEY);
	return crypto_aead_setkey(aead, key, turn->algorithm->key_bytes);
}

static __always_inline int aead_pool_packet(const struct tfm_turn *turn, const u8 *key,
					    struct sk_buff *skb, const bool rekey,
					    const bool marks)
{
	struct tfm_cpu *cpu = tfm_section_start(turn);
	void *scratch = tfm_section_scratch(cpu);
	int err = 0;

	if (rekey)
		err = aead_set_key(cpu->aead, key, turn, marks);
	if (!err)
		err = tfm_aead(cpu->aead_request, scratch, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	tfm_section_end();
	return err;
}

static __always_inline int percpu_pool_aead_packet(const struct tfm_turn *turn, void *socket,
						   struct sk_buff *skb, const bool marks)
{
	return aead_pool_packet(turn, socket, skb, true, marks);
}
TFM_TURN(percpu_pool_aead)

static __always_inline int percpu_pool_aead_no_rekey_packet(const struct tfm_turn *turn,
							    void *socket, struct sk_buff *skb,
							    const bool marks)
{
	return aead_pool_packet(turn, socket, skb, false, marks);
}
TFM_TURN(percpu_pool_aead_no_rekey)

static __always_inline int tfm_pool_aead_packet(const struct tfm_turn *turn, void *socket,
						struct sk_buff *skb, const bool marks)
{
	struct tfm_cpu *cpu = tfm_section_start(turn);
	struct aead_request *request;
	int err = -ENOMEM;

	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	request = aead_request_alloc(cpu->aead, GFP_ATOMIC);
	tfm_mark(marks, TFM_MARK_RETURN);
	if (request) {
		err = aead_set_key(cpu->aead, socket, turn, marks);
		if (!err)
			err = tfm_aead(request, tfm_section_scratch(cpu), skb, turn, marks);
	}
	tfm_mark(marks, TFM_MARK_END);
	tfm_section_end();
	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	if (!tfm_aead_is_late(err))
		aead_request_free(request);
	tfm_mark(marks, TFM_MARK_RETURN);
	return err;
}
TFM_TURN(tfm_pool_aead)

/* A request of a transform that has the key, in memory that the caller found. */
static __always_inline int aead_piece_packet(const struct tfm_turn *turn, void *piece,
					     struct crypto_aead *aead, struct sk_buff *skb,
					     const bool marks)
{
	struct aead_request *request = piece;

	aead_request_set_tfm(request, aead);
	tfm_mark(marks, TFM_MARK_KEY);
	return tfm_aead(request, tfm_piece_scratch(turn, piece), skb, turn, marks);
}

static __always_inline int per_socket_tfm_aead_packet(const struct tfm_turn *turn, void *socket,
						      struct sk_buff *skb, const bool marks)
{
	struct tfm_aead_socket *s = socket;
	void *piece = tfm_piece_alloc(turn, marks);
	int err;

	if (unlikely(!piece))
		return -ENOMEM;
	err = aead_piece_packet(turn, piece, s->aead, skb, marks);
	tfm_mark(marks, TFM_MARK_END);
	if (!tfm_aead_is_late(err))
		tfm_piece_free(piece, marks);
	return err;
}
TFM_TURN(per_socket_tfm_aead)

static __always_inline int skb_request_aead_packet(const struct tfm_turn *turn, void *socket,
						   struct sk_buff *skb, const bool marks)
{
	struct tfm_aead_socket *s = socket;
	void *allocated = NULL;
	void *piece = tfm_piece_in_headroom(turn, skb);
	int err;

	if (unlikely(!piece)) {
		piece = allocated = tfm_piece_alloc(turn, marks);
		if (!piece)
			return -ENOMEM;
	}
	err = aead_piece_packet(turn, piece, s->aead, skb, marks);
	tfm_mark(marks, TFM_MARK_END);
	if (unlikely(allocated) && !tfm_aead_is_late(err))
		tfm_piece_free(allocated, marks);
	return err;
}
TFM_TURN(skb_request_aead)

static __always_inline int mempool_aead_packet(const struct tfm_turn *turn, void *socket,
					       struct sk_buff *skb, const bool marks)
{
	struct tfm_aead_socket *s = socket;
	void *piece;
	int err;

	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	piece = mempool_alloc(turn->shared->pieces, GFP_ATOMIC);
	tfm_mark(marks, TFM_MARK_RETURN);
	if (unlikely(!piece))
		return -ENOMEM;
	err = aead_piece_packet(turn, piece, s->aead, skb, marks);
	tfm_mark(marks, TFM_MARK_END);
	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	if (!tfm_aead_is_late(err))
		mempool_free(piece, turn->shared->pieces);
	tfm_mark(marks, TFM_MARK_RETURN);
	return err;
}
TFM_TURN(mempool_aead)
