// SPDX-License-Identifier: GPL-2.0
/*
 * How large a library's keys and contexts are, and how a key is prepared: for who opens sockets.
 */
#include <linux/string.h>

#include "library.h"
#include "strategies.h"

#if TFM_HAVE_LIBRARY
size_t tfm_library_prepared_bytes(const struct tfm_algorithm *algorithm)
{
	switch (algorithm->id) {
	case TFM_HMAC_SHA1:
		return sizeof(struct hmac_sha1_key);
	case TFM_HMAC_SHA256:
		return sizeof(struct hmac_sha256_key);
	case TFM_CMAC_AES:
		return sizeof(struct aes_cmac_key);
	case TFM_GCM_AES:
		return sizeof(struct aes_gcm_key);
	default:
		return algorithm->key_bytes;
	}
}

size_t tfm_library_keyed_bytes(const struct tfm_algorithm *algorithm)
{
	switch (algorithm->id) {
	case TFM_HMAC_SHA1:
		return sizeof(struct hmac_sha1_ctx);
	case TFM_HMAC_SHA256:
		return sizeof(struct hmac_sha256_ctx);
	case TFM_CMAC_AES:
		return sizeof(struct tfm_cmac);
	case TFM_GCM_AES:
		return sizeof(struct tfm_gcm);
	default:
		return sizeof(struct md5_ctx);
	}
}

int tfm_library_prepare(const struct tfm_algorithm *algorithm, void *prepared, const u8 *key)
{
	switch (algorithm->id) {
	case TFM_HMAC_SHA1:
		hmac_sha1_preparekey(prepared, key, algorithm->key_bytes);
		return 0;
	case TFM_HMAC_SHA256:
		hmac_sha256_preparekey(prepared, key, algorithm->key_bytes);
		return 0;
	case TFM_CMAC_AES:
		return aes_cmac_preparekey(prepared, key, algorithm->key_bytes);
	case TFM_GCM_AES:
		return aes_gcm_preparekey(prepared, key, algorithm->key_bytes,
					  algorithm->mac_bytes);
	default:
		memcpy(prepared, key, algorithm->key_bytes);
		return 0;
	}
}
#else
size_t tfm_library_prepared_bytes(const struct tfm_algorithm *algorithm)
{
	return 0;
}

size_t tfm_library_keyed_bytes(const struct tfm_algorithm *algorithm)
{
	return 0;
}

int tfm_library_prepare(const struct tfm_algorithm *algorithm, void *prepared, const u8 *key)
{
	return -EOPNOTSUPP;
}
#endif
