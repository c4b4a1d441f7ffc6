/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A turn's loop over its packets. Each strategy's packet is compiled into two of them.
 */
#ifndef TFMBENCH_TURN_H
#define TFMBENCH_TURN_H

#include "tfmbench.h"

typedef int (*tfm_packet_fn)(const struct tfm_turn *turn, void *socket, struct sk_buff *skb,
			     const bool marks);

static __always_inline unsigned int tfm_loop(const struct tfm_turn *turn, tfm_packet_fn packet,
					     const bool marks)
{
	unsigned int i, failed = 0;

	for (i = 0; i < turn->packets; i++) {
		u32 next = turn->order[i];
		void *socket = turn->sockets[next];
		struct sk_buff *skb = turn->skbs[next];

		tfm_mark(marks, TFM_MARK_START);
		if (unlikely(packet(turn, socket, skb, marks)))
			failed++;
		tfm_mark(marks, TFM_MARK_OTHER);
	}
	return failed;
}

/* Makes NAME_plain() and NAME_marked() of `static __always_inline int NAME_packet(...)`. */
#define TFM_TURN(name) \
	unsigned int name##_plain(const struct tfm_turn *turn) \
	{ \
		return tfm_loop(turn, name##_packet, false); \
	} \
	unsigned int name##_marked(const struct tfm_turn *turn) \
	{ \
		return tfm_loop(turn, name##_packet, true); \
	}

#endif
