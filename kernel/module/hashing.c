// SPDX-License-Identifier: GPL-2.0
/*
 * The MAC of a segment through a request and through a descriptor, each with marks and without.
 */
#include <linux/scatterlist.h>

#include "hashing.h"

static __always_inline int ahash_update(struct ahash_request *request, const void *bytes,
					unsigned int n)
{
	struct scatterlist sg;

	sg_init_one(&sg, bytes, n);
	ahash_request_set_crypt(request, &sg, NULL, n);
	return crypto_ahash_update(request);
}

static __always_inline int ahash_segment(struct ahash_request *request, u8 *scratch,
					 const u8 *raw_key, const struct sk_buff *skb,
					 const struct tfm_turn *turn, const bool marks)
{
	const struct tfm_segment *segment = turn->segment;
	const bool keyed = turn->algorithm->keyed;
	int err;

	ahash_request_set_callback(request, 0, NULL, NULL);
	err = crypto_ahash_init(request);
	if (err)
		return err;
	if (keyed) {
		err = ahash_update(request, scratch, tfm_put_sne(scratch, segment));
		if (err)
			return err;
		err = ahash_update(request, scratch, tfm_put_pseudo_header(scratch, segment, skb));
		if (err)
			return err;
		err = ahash_update(request, scratch, tfm_put_header(scratch, segment, skb, true));
	} else {
		err = ahash_update(request, scratch, tfm_put_headers(scratch, segment, skb));
	}
	if (err)
		return err;
	err = ahash_update(request, tfm_data(segment, skb), tfm_data_bytes(segment, skb));
	if (err)
		return err;
	if (!keyed) {
		err = ahash_update(request, raw_key, turn->algorithm->key_bytes);
		if (err)
			return err;
	}
	tfm_mark(marks, TFM_MARK_FINAL);
	ahash_request_set_crypt(request, NULL, turn->mac, 0);
	return crypto_ahash_final(request);
}

static __always_inline int shash_segment(struct shash_desc *desc, u8 *scratch, const u8 *raw_key,
					 const struct sk_buff *skb, const struct tfm_turn *turn,
					 const bool marks)
{
	const struct tfm_segment *segment = turn->segment;
	const bool keyed = turn->algorithm->keyed;
	int err;

	err = crypto_shash_init(desc);
	if (err)
		return err;
	if (keyed) {
		err = crypto_shash_update(desc, scratch, tfm_put_sne(scratch, segment));
		if (err)
			return err;
		err = crypto_shash_update(desc, scratch, tfm_put_pseudo_header(scratch, segment, skb));
		if (err)
			return err;
		err = crypto_shash_update(desc, scratch, tfm_put_header(scratch, segment, skb, true));
	} else {
		err = crypto_shash_update(desc, scratch, tfm_put_headers(scratch, segment, skb));
	}
	if (err)
		return err;
	err = crypto_shash_update(desc, tfm_data(segment, skb), tfm_data_bytes(segment, skb));
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

int tfm_ahash_plain(struct ahash_request *request, u8 *scratch, const u8 *raw_key,
		    const struct sk_buff *skb, const struct tfm_turn *turn)
{
	return ahash_segment(request, scratch, raw_key, skb, turn, false);
}

int tfm_ahash_marked(struct ahash_request *request, u8 *scratch, const u8 *raw_key,
		    const struct sk_buff *skb, const struct tfm_turn *turn)
{
	return ahash_segment(request, scratch, raw_key, skb, turn, true);
}

int tfm_shash_plain(struct shash_desc *desc, u8 *scratch, const u8 *raw_key,
		    const struct sk_buff *skb, const struct tfm_turn *turn)
{
	return shash_segment(desc, scratch, raw_key, skb, turn, false);
}

int tfm_shash_marked(struct shash_desc *desc, u8 *scratch, const u8 *raw_key,
		    const struct sk_buff *skb, const struct tfm_turn *turn)
{
	return shash_segment(desc, scratch, raw_key, skb, turn, true);
}
