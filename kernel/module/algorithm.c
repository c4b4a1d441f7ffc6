// SPDX-License-Identifier: GPL-2.0
/*
 * The algorithms, and the keys that sockets have.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "tfmbench.h"

static const struct tfm_algorithm algorithms[] = {
	{ "hmac(sha1)", TFM_HMAC_SHA1, 20, 20, true },
	{ "hmac(sha256)", TFM_HMAC_SHA256, 32, 32, true },
	{ "cmac(aes)", TFM_CMAC_AES, 16, 16, true },
	{ "md5", TFM_MD5, 16, 16, false },
	{ "gcm(aes)", TFM_GCM_AES, 16, 16, true },
};

const struct tfm_algorithm *tfm_algorithm_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(algorithms); i++)
		if (!strcmp(algorithms[i].name, name))
			return &algorithms[i];
	return NULL;
}

/* The socket's number, little-endian, and then a pattern. No two sockets share a key. */
void tfm_key_of(u32 socket, u8 *key, unsigned int bytes)
{
	unsigned int i;

	put_unaligned_le32(socket, key);
	for (i = sizeof(u32); i < bytes; i++)
		key[i] = 0x40 + 29 * i;
}
