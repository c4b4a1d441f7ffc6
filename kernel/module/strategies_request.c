// SPDX-License-Identifier: GPL-2.0
/*
 * Strategies whose sockets own a transform that has the key (one for all if the algorithm takes
 * none). They differ in where the request lies. Scratch lies behind it, in the same piece.
 *
 * per_socket_tfm/ahash  allocated per packet, as ah_alloc_tmp() does
 * skb_request/ahash     in the headroom of the packet's skb; allocated if it does not fit
 * mempool/ahash         allocated per packet, with a reserve that all share
 */
#include <linux/mempool.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "hashing.h"
#include "piece.h"
#include "strategies.h"
#include "turn.h"

/* Everything but the memory. */
static __always_inline int request_packet(const struct tfm_turn *turn, void *piece,
					  struct crypto_ahash *ahash, const u8 *key,
					  const struct sk_buff *skb, const bool marks)
{
	struct ahash_request *request = piece;

	ahash_request_set_tfm(request, ahash);
	tfm_mark(marks, TFM_MARK_KEY);
	return tfm_ahash(request, tfm_piece_scratch(turn, piece), key, skb, turn, marks);
}

static __always_inline int per_socket_tfm_packet(const struct tfm_turn *turn, void *socket,
						 struct sk_buff *skb, const bool marks)
{
	struct tfm_ahash_socket *s = socket;
	void *piece = tfm_piece_alloc(turn, marks);
	int err;

	if (unlikely(!piece))
		return -ENOMEM;
	err = request_packet(turn, piece, s->ahash, s->key, skb, marks);
	tfm_mark(marks, TFM_MARK_END);
	tfm_piece_free(piece, marks);
	return err;
}
TFM_TURN(per_socket_tfm)

static __always_inline int skb_request_packet(const struct tfm_turn *turn, void *socket,
					      struct sk_buff *skb, const bool marks)
{
	struct tfm_ahash_socket *s = socket;
	void *allocated = NULL;
	void *piece = tfm_piece_in_headroom(turn, skb);
	int err;

	if (unlikely(!piece)) {
		piece = allocated = tfm_piece_alloc(turn, marks);
		if (!piece)
			return -ENOMEM;
	}
	err = request_packet(turn, piece, s->ahash, s->key, skb, marks);
	tfm_mark(marks, TFM_MARK_END);
	if (unlikely(allocated))
		tfm_piece_free(allocated, marks);
	return err;
}
TFM_TURN(skb_request)

static __always_inline int mempool_packet(const struct tfm_turn *turn, void *socket,
					  struct sk_buff *skb, const bool marks)
{
	struct tfm_ahash_socket *s = socket;
	void *piece;
	int err;

	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	piece = mempool_alloc(turn->shared->pieces, GFP_ATOMIC);
	tfm_mark(marks, TFM_MARK_RETURN);
	if (unlikely(!piece))
		return -ENOMEM;
	err = request_packet(turn, piece, s->ahash, s->key, skb, marks);
	tfm_mark(marks, TFM_MARK_END);
	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	mempool_free(piece, turn->shared->pieces);
	tfm_mark(marks, TFM_MARK_RETURN);
	return err;
}
TFM_TURN(mempool)
