/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet: an skb whose data begins with TCP's header, or ESP's. Each socket has one of its own
 * (packets.c), which all strategies reach in the same way.
 */
#ifndef TFMBENCH_PACKET_H
#define TFMBENCH_PACKET_H

#include <linux/skbuff.h>

#include "tfmbench.h"

/* What follows the header. Behind it ESP has its trailer and ICV, which skb->len does not count. */
static __always_inline u8 *tfm_data(const struct tfm_segment *segment, const struct sk_buff *skb)
{
	return skb->data + segment->header_bytes;
}

static __always_inline unsigned int tfm_data_bytes(const struct tfm_segment *segment,
						   const struct sk_buff *skb)
{
	return skb->len - segment->header_bytes;
}

#endif
