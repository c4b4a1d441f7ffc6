/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A piece: a request and its scratch in one allocation.
 */
#ifndef TFMBENCH_PIECE_H
#define TFMBENCH_PIECE_H

#include <linux/skbuff.h>
#include <linux/slab.h>

#include "tfmbench.h"

static inline size_t tfm_piece_bytes(size_t request_bytes, size_t scratch_bytes)
{
	return ALIGN(request_bytes, 8) + scratch_bytes;
}

static __always_inline void *tfm_piece_alloc(const struct tfm_turn *turn, const bool marks)
{
	void *piece;

	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	piece = kmalloc(turn->shared->piece_bytes, GFP_ATOMIC);
	tfm_mark(marks, TFM_MARK_RETURN);
	return piece;
}

/* As ah_output() and esp_output() do: not zeroed. */
static __always_inline void tfm_piece_free(void *piece, const bool marks)
{
	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	kfree(piece);
	tfm_mark(marks, TFM_MARK_RETURN);
}

static __always_inline u8 *tfm_piece_scratch(const struct tfm_turn *turn, void *piece)
{
	return (u8 *)piece + turn->shared->piece_bytes - turn->shared->scratch_bytes;
}

/* Right before the packet, on whole cache lines; or NULL. */
static __always_inline void *tfm_piece_in_headroom(const struct tfm_turn *turn,
						   struct sk_buff *skb)
{
	unsigned long piece;

	if (skb_cloned(skb))
		return NULL;
	piece = round_down((unsigned long)skb->data - turn->shared->piece_bytes, SMP_CACHE_BYTES);
	return likely(piece >= (unsigned long)skb->head) ? (void *)piece : NULL;
}

#endif
