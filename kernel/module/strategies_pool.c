// SPDX-License-Identifier: GPL-2.0
/*
 * Strategies whose transforms are shared per CPU.
 *
 * percpu_pool/ahash     transform, request and scratch of this CPU, keyed for every packet
 * percpu_pool/no_rekey  the same without the key: what rekeying costs
 * tfm_pool/ahash        the transform and scratch of this CPU, a request per packet
 *
 * And the floor, null/none: the loop, one read of the key and one of the packet.
 */
#include <linux/slab.h>

#include "hashing.h"
#include "section.h"
#include "strategies.h"
#include "turn.h"

static __always_inline int null_packet(const struct tfm_turn *turn, void *socket,
				       struct sk_buff *skb, const bool marks)
{
	turn->mac[0] = READ_ONCE(*(u8 *)socket) ^ READ_ONCE(*skb->data);
	return 0;
}
TFM_TURN(null)

static __always_inline int pool_packet(const struct tfm_turn *turn, const u8 *key,
				       struct sk_buff *skb, const bool rekey, const bool marks)
{
	struct tfm_cpu *cpu = tfm_section_start(turn);
	struct ahash_request *request = cpu->request;
	u8 *scratch = tfm_section_scratch(cpu);
	int err = 0;

	if (rekey)
		err = tfm_ahash_set_key(crypto_ahash_reqtfm(request), key, turn, marks);
	if (!err)
		err = tfm_ahash(request, scratch, key, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	tfm_section_end();
	return err;
}

static __always_inline int percpu_pool_packet(const struct tfm_turn *turn, void *socket,
					      struct sk_buff *skb, const bool marks)
{
	return pool_packet(turn, socket, skb, true, marks);
}
TFM_TURN(percpu_pool)

static __always_inline int percpu_pool_no_rekey_packet(const struct tfm_turn *turn, void *socket,
						       struct sk_buff *skb, const bool marks)
{
	return pool_packet(turn, socket, skb, false, marks);
}
TFM_TURN(percpu_pool_no_rekey)

static __always_inline int tfm_pool_packet(const struct tfm_turn *turn, void *socket,
					   struct sk_buff *skb, const bool marks)
{
	struct tfm_cpu *cpu = tfm_section_start(turn);
	struct ahash_request *request;
	int err = -ENOMEM;

	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	request = ahash_request_alloc(cpu->ahash, GFP_ATOMIC);
	tfm_mark(marks, TFM_MARK_RETURN);
	if (request) {
		err = tfm_ahash_set_key(cpu->ahash, socket, turn, marks);
		if (!err)
			err = tfm_ahash(request, tfm_section_scratch(cpu), socket, skb, turn,
					marks);
	}
	tfm_mark(marks, TFM_MARK_END);
	tfm_section_end();
	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	ahash_request_free(request);
	tfm_mark(marks, TFM_MARK_RETURN);
	return err;
}
TFM_TURN(tfm_pool)
