/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One packet under an aead transform.
 *
 * A transform that is asynchronous by its flag may put an operation off (-EINPROGRESS, -EBUSY). No
 * turn gives it a reason to. If it does so all the same, the packet has failed, and what the
 * operation may still write to is never freed.
 */
#ifndef TFMBENCH_AEAD_H
#define TFMBENCH_AEAD_H

#include "aead_piece.h"

static __always_inline bool tfm_aead_is_late(int err)
{
	return unlikely(err == -EINPROGRESS || err == -EBUSY);
}

int tfm_aead_encrypt(struct aead_request *request, struct tfm_aead_scratch *scratch,
		     struct sk_buff *skb, const struct tfm_turn *turn);

static __always_inline int tfm_aead(struct aead_request *request, void *scratch,
				    struct sk_buff *skb, const struct tfm_turn *turn,
				    const bool marks)
{
	tfm_mark(marks, TFM_MARK_UPDATE);
	return tfm_aead_encrypt(request, scratch, skb, turn);
}

#endif
