// SPDX-License-Identifier: GPL-2.0
/*
 * Decrypts what a cell encrypted, with a transform of its own, and compares.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "aead_piece.h"

static int decrypt(const struct tfm_run *run, struct aead_request *request, u8 *data,
		   unsigned int text_bytes)
{
	struct tfm_aead_scratch *scratch = kzalloc(sizeof(*scratch), GFP_KERNEL);
	DECLARE_CRYPTO_WAIT(wait);
	int err;

	if (!scratch)
		return -ENOMEM;
	tfm_esp_put_aad(scratch->aad, &run->segment);
	tfm_esp_put_iv(scratch->iv, &run->segment);
	sg_init_table(scratch->sg, 2);
	sg_set_buf(&scratch->sg[0], scratch->aad, TFM_ESP_AAD_BYTES);
	sg_set_buf(&scratch->sg[1], data, text_bytes + TFM_ESP_ICV_BYTES);
	aead_request_set_callback(request, CRYPTO_TFM_REQ_MAY_SLEEP, crypto_req_done, &wait);
	aead_request_set_crypt(request, scratch->sg, scratch->sg, text_bytes + TFM_ESP_ICV_BYTES,
			       scratch->iv);
	aead_request_set_ad(request, TFM_ESP_AAD_BYTES);
	err = crypto_wait_req(crypto_aead_decrypt(request), &wait);
	kfree(scratch);
	return err;
}

static int decrypt_with_key(const struct tfm_run *run, struct crypto_aead *aead, u32 socket,
			    u8 *data, unsigned int text_bytes)
{
	u8 key[TFM_MAX_KEY_BYTES];
	struct aead_request *request;
	int err;

	tfm_key_of(socket, key, run->algorithm->key_bytes);
	err = crypto_aead_setkey(aead, key, run->algorithm->key_bytes) ?:
	      crypto_aead_setauthsize(aead, run->algorithm->mac_bytes);
	memzero_explicit(key, sizeof(key));
	if (err)
		return err;
	request = aead_request_alloc(aead, GFP_KERNEL);
	if (!request)
		return -ENOMEM;
	err = decrypt(run, request, data, text_bytes);
	aead_request_free(request);
	return err;
}

/* The socket's packet holds what was encrypted; after this, the plain packet again. */
int tfm_check_decrypted(struct tfm_run *run, u32 socket)
{
	unsigned int bytes = tfm_data_bytes(&run->segment, run->skbs[socket]);
	u8 *data = tfm_data(&run->segment, run->skbs[socket]);
	unsigned int text_bytes = tfm_esp_text_bytes(bytes);
	struct crypto_aead *aead = crypto_alloc_aead(run->algorithm->name, 0, 0);
	u8 *decrypted;
	int err;

	if (IS_ERR(aead))
		return PTR_ERR(aead);
	err = decrypt_with_key(run, aead, socket, data, text_bytes);
	crypto_free_aead(aead);
	if (err)
		return err;
	decrypted = kmemdup(data, text_bytes, GFP_KERNEL);
	if (!decrypted)
		return -ENOMEM;
	tfm_packet_fill(run, socket, bytes);
	err = memcmp(decrypted, data, text_bytes) ? -EBADMSG : 0;
	kfree(decrypted);
	return err;
}
