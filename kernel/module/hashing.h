/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The MAC of a TCP segment, as net/ipv4/tcp_ao.c and TCP-MD5 compute it: SNE and pseudo-header are
 * written into scratch, the TCP header is copied there, and its checksum and MAC zeroed. The data
 * is hashed where it lies. md5 has no SNE and ends with the key; pseudo-header and header are one
 * update there (tcp_v4_md5_hash_headers()), and two in TCP-AO.
 */
#ifndef TFMBENCH_HASHING_H
#define TFMBENCH_HASHING_H

#include <linux/tcp.h>
#include <net/tcp.h>

#include "packet.h"

#define TFM_MAC_OFFSET	24	/* in a header whose first option is TCP-AO's */
#define TFM_AO_BYTES	12

static __always_inline unsigned int tfm_put_sne(u8 *scratch, const struct tfm_segment *segment)
{
	*(__be32 *)scratch = htonl(segment->sne);
	return sizeof(__be32);
}

static __always_inline unsigned int tfm_put_pseudo_header(u8 *scratch,
							  const struct tfm_segment *segment,
							  const struct sk_buff *skb)
{
	struct tcp4_pseudohdr *pseudo = (struct tcp4_pseudohdr *)scratch;

	pseudo->saddr = segment->saddr;
	pseudo->daddr = segment->daddr;
	pseudo->pad = 0;
	pseudo->protocol = IPPROTO_TCP;
	pseudo->len = htons(skb->len);
	return sizeof(*pseudo);
}

static __always_inline unsigned int tfm_put_header(u8 *scratch, const struct tfm_segment *segment,
						   const struct sk_buff *skb, bool keyed)
{
	memcpy(scratch, skb->data, segment->header_bytes);
	((struct tcphdr *)scratch)->check = 0;
	if (keyed)
		memset(scratch + TFM_MAC_OFFSET, 0, TFM_AO_BYTES);
	return segment->header_bytes;
}

/* What TCP-MD5 hashes in one update. */
static __always_inline unsigned int tfm_put_headers(u8 *scratch, const struct tfm_segment *segment,
						    const struct sk_buff *skb)
{
	const unsigned int n = tfm_put_pseudo_header(scratch, segment, skb);

	return n + tfm_put_header(scratch + n, segment, skb, false);
}

/* hashing.c: one function for all strategies, so that no two compile it differently. */
int tfm_ahash_plain(struct ahash_request *request, u8 *scratch, const u8 *raw_key,
		    const struct sk_buff *skb, const struct tfm_turn *turn);
int tfm_ahash_marked(struct ahash_request *request, u8 *scratch, const u8 *raw_key,
		     const struct sk_buff *skb, const struct tfm_turn *turn);
int tfm_shash_plain(struct shash_desc *desc, u8 *scratch, const u8 *raw_key,
		    const struct sk_buff *skb, const struct tfm_turn *turn);
int tfm_shash_marked(struct shash_desc *desc, u8 *scratch, const u8 *raw_key,
		     const struct sk_buff *skb, const struct tfm_turn *turn);

/* `raw_key` is read if the algorithm takes no key. */
static __always_inline int tfm_ahash(struct ahash_request *request, u8 *scratch, const u8 *raw_key,
				     const struct sk_buff *skb, const struct tfm_turn *turn,
				     const bool marks)
{
	tfm_mark(marks, TFM_MARK_UPDATE);
	return marks ? tfm_ahash_marked(request, scratch, raw_key, skb, turn) :
		       tfm_ahash_plain(request, scratch, raw_key, skb, turn);
}

static __always_inline int tfm_shash(struct shash_desc *desc, u8 *scratch, const u8 *raw_key,
				     const struct sk_buff *skb, const struct tfm_turn *turn,
				     const bool marks)
{
	tfm_mark(marks, TFM_MARK_UPDATE);
	return marks ? tfm_shash_marked(desc, scratch, raw_key, skb, turn) :
		       tfm_shash_plain(desc, scratch, raw_key, skb, turn);
}

/* What a strategy does whose transform has no key of its own yet. */
static __always_inline int tfm_ahash_set_key(struct crypto_ahash *ahash, const u8 *raw_key,
					     const struct tfm_turn *turn, const bool marks)
{
	tfm_mark(marks, TFM_MARK_KEY);
	if (!turn->algorithm->keyed)
		return 0;
	return crypto_ahash_setkey(ahash, raw_key, turn->algorithm->key_bytes);
}

#endif
