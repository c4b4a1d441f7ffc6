// SPDX-License-Identifier: GPL-2.0
/*
 * An ESP packet through an aead request: one function for all strategies, as in hashing.h.
 */
#include "aead.h"

/* The packet's scatterlist: its payload in two parts if it is long enough. */
static __always_inline void map_packet(struct tfm_aead_scratch *scratch,
				       u8 *data, unsigned int bytes)
{
	unsigned int linear = min_t(unsigned int, bytes, TFM_ESP_LINEAR_BYTES);
	unsigned int fragment = bytes - linear;
	unsigned int tail = tfm_esp_text_bytes(bytes) - bytes + TFM_ESP_ICV_BYTES;
	struct scatterlist *sg = scratch->sg;

	sg_init_table(sg, fragment ? TFM_ESP_ENTRIES : TFM_ESP_ENTRIES - 1);
	sg_set_buf(sg++, scratch->aad, TFM_ESP_AAD_BYTES);
	sg_set_buf(sg++, data, linear);
	if (fragment)
		sg_set_buf(sg++, data + linear, fragment);
	sg_set_buf(sg, data + bytes, tail);
}

int tfm_aead_encrypt(struct aead_request *request, struct tfm_aead_scratch *scratch,
		     struct sk_buff *skb, const struct tfm_turn *turn)
{
	const struct tfm_segment *segment = turn->segment;
	unsigned int bytes = tfm_data_bytes(segment, skb);
	int err;

	tfm_esp_put_aad(scratch->aad, segment);
	tfm_esp_put_iv(scratch->iv, segment);
	map_packet(scratch, tfm_data(segment, skb), bytes);
	aead_request_set_callback(request, 0, crypto_req_done, turn->late);
	aead_request_set_crypt(request, scratch->sg, scratch->sg, tfm_esp_text_bytes(bytes),
			       scratch->iv);
	aead_request_set_ad(request, TFM_ESP_AAD_BYTES);
	err = crypto_aead_encrypt(request);
	if (tfm_aead_is_late(err))
		tfm_strand();
	return err;
}
