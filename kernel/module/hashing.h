/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The MAC of a TCP segment, as net/ipv4/tcp_ao.c and TCP-MD5 compute it: SNE and pseudo-header are
 * written into scratch, the TCP header is copied there, and its checksum and MAC zeroed. The data
 * is hashed where it lies. md5 has no SNE and ends with the key.
 */
#ifndef TFMBENCH_HASHING_H
#define TFMBENCH_HASHING_H

#include <linux/scatterlist.h>
#include <linux/tcp.h>
#include <net/tcp.h>

#include "tfmbench.h"

#define TFM_MAC_OFFSET	24	/* in a header whose first option is TCP-AO's */
#define TFM_AO_BYTES	12

static __always_inline unsigned int tfm_put_sne(u8 *scratch, const struct tfm_segment *segment)
{
	*(__be32 *)scratch = htonl(segment->sne);
	return sizeof(__be32);
}

static __always_inline unsigned int tfm_put_pseudo_header(u8 *scratch,
							  const struct tfm_segment *segment)
{
	struct tcp4_pseudohdr *pseudo = (struct tcp4_pseudohdr *)scratch;

	pseudo->saddr = segment->saddr;
	pseudo->daddr = segment->daddr;
	pseudo->pad = 0;
	pseudo->protocol = IPPROTO_TCP;
	pseudo->len = htons(segment->header_bytes + segment->bytes);
	return sizeof(*pseudo);
}

static __always_inline unsigned int tfm_put_header(u8 *scratch, const struct tfm_segment *segment,
						   bool keyed)
{
	memcpy(scratch, segment->header, segment->header_bytes);
	((struct tcphdr *)scratch)->check = 0;
	if (keyed)
		memset(scratch + TFM_MAC_OFFSET, 0, TFM_AO_BYTES);
	return segment->header_bytes;
}

static __always_inline int tfm_ahash_update(struct ahash_request *request, const void *bytes,
					    unsigned int n)
{
	struct scatterlist sg;

	sg_init_one(&sg, bytes, n);
	ahash_request_set_crypt(request, &sg, NULL, n);
	return crypto_ahash_update(request);
}

/* `raw_key` is read if the algorithm takes no key. */
static __always_inline int tfm_ahash(struct ahash_request *request, u8 *scratch, const u8 *raw_key,
				     const struct tfm_turn *turn, const bool marks)
{
	const struct tfm_segment *segment = turn->segment;
	const bool keyed = turn->algorithm->keyed;
	int err;

	tfm_mark(marks, TFM_MARK_UPDATE);
	ahash_request_set_callback(request, 0, NULL, NULL);
	err = crypto_ahash_init(request);
	if (err)
		return err;
	if (keyed) {
		err = tfm_ahash_update(request, scratch, tfm_put_sne(scratch, segment));
		if (err)
			return err;
	}
	err = tfm_ahash_update(request, scratch, tfm_put_pseudo_header(scratch, segment));
	if (err)
		return err;
	err = tfm_ahash_update(request, scratch, tfm_put_header(scratch, segment, keyed));
	if (err)
		return err;
	err = tfm_ahash_update(request, segment->data, segment->bytes);
	if (err)
		return err;
	if (!keyed) {
		err = tfm_ahash_update(request, raw_key, turn->algorithm->key_bytes);
		if (err)
			return err;
	}
	tfm_mark(marks, TFM_MARK_FINAL);
	ahash_request_set_crypt(request, NULL, turn->mac, 0);
	return crypto_ahash_final(request);
}

static __always_inline int tfm_shash(struct shash_desc *desc, u8 *scratch, const u8 *raw_key,
				     const struct tfm_turn *turn, const bool marks)
{
	const struct tfm_segment *segment = turn->segment;
	const bool keyed = turn->algorithm->keyed;
	int err;

	tfm_mark(marks, TFM_MARK_UPDATE);
	err = crypto_shash_init(desc);
	if (err)
		return err;
	if (keyed) {
		err = crypto_shash_update(desc, scratch, tfm_put_sne(scratch, segment));
		if (err)
			return err;
	}
	err = crypto_shash_update(desc, scratch, tfm_put_pseudo_header(scratch, segment));
	if (err)
		return err;
	err = crypto_shash_update(desc, scratch, tfm_put_header(scratch, segment, keyed));
	if (err)
		return err;
	err = crypto_shash_update(desc, segment->data, segment->bytes);
	if (err)
		return err;
	if (!keyed) {
		err = crypto_shash_update(desc, raw_key, turn->algorithm->key_bytes);
		if (err)
			return err;
	}
	tfm_mark(marks, TFM_MARK_FINAL);
	return crypto_shash_final(desc, turn->mac);
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
