// SPDX-License-Identifier: GPL-2.0
/*
 * What a socket of each kind keeps.
 */
#include "alloc.h"
#include "strategies.h"

/* A transform with the socket's key; without keys, the one that all share. */
static struct crypto_ahash *keyed_ahash(struct tfm_open *open, const u8 *key, int *err)
{
	struct crypto_ahash *ahash;

	*err = 0;
	if (!open->algorithm->keyed)
		return open->shared.ahash;
	ahash = tfm_alloc_ahash(open->algorithm->name, err);
	if (!ahash)
		return NULL;
	*err = crypto_ahash_setkey(ahash, key, open->algorithm->key_bytes);
	if (!*err)
		return ahash;
	crypto_free_ahash(ahash);
	return NULL;
}

static struct crypto_shash *keyed_shash(struct tfm_open *open, const u8 *key, int *err)
{
	struct crypto_shash *shash;

	*err = 0;
	if (!open->algorithm->keyed)
		return open->shared.shash;
	shash = tfm_alloc_shash(open->algorithm->name, err);
	if (!shash)
		return NULL;
	*err = crypto_shash_setkey(shash, key, open->algorithm->key_bytes);
	if (!*err)
		return shash;
	crypto_free_shash(shash);
	return NULL;
}

static struct crypto_aead *keyed_aead(struct tfm_open *open, const u8 *key, int *err)
{
	struct crypto_aead *aead = tfm_alloc_aead(open->algorithm->name, err);

	if (!aead)
		return NULL;
	*err = crypto_aead_setauthsize(aead, open->algorithm->mac_bytes);
	if (!*err)
		*err = crypto_aead_setkey(aead, key, open->algorithm->key_bytes);
	if (!*err)
		return aead;
	crypto_free_aead(aead);
	return NULL;
}

/* The raw key, if it is hashed after each message. */
static unsigned int kept_key_bytes(const struct tfm_open *open)
{
	return open->algorithm->keyed ? 0 : open->algorithm->key_bytes;
}

static size_t socket_bytes(const struct tfm_open *open)
{
	switch (open->cell->socket) {
	case TFM_SOCKET_AHASH:
		return sizeof(struct tfm_ahash_socket) + kept_key_bytes(open);
	case TFM_SOCKET_SHASH:
		return sizeof(struct tfm_shash_socket) + kept_key_bytes(open);
	case TFM_SOCKET_AEAD:
		return sizeof(struct tfm_aead_socket);
	case TFM_SOCKET_PREPARED:
		return tfm_library_prepared_bytes(open->algorithm);
	default:
		return open->algorithm->key_bytes;
	}
}

static int fill_socket(struct tfm_open *open, void *socket, const u8 *key)
{
	struct tfm_ahash_socket *ahash = socket;
	struct tfm_shash_socket *shash = socket;
	struct tfm_aead_socket *aead = socket;
	int err;

	switch (open->cell->socket) {
	case TFM_SOCKET_AHASH:
		memcpy(ahash->key, key, kept_key_bytes(open));
		ahash->ahash = keyed_ahash(open, key, &err);
		return err;
	case TFM_SOCKET_SHASH:
		memcpy(shash->key, key, kept_key_bytes(open));
		shash->shash = keyed_shash(open, key, &err);
		return err;
	case TFM_SOCKET_AEAD:
		aead->aead = keyed_aead(open, key, &err);
		return err;
	case TFM_SOCKET_PREPARED:
		return tfm_library_prepare(open->algorithm, socket, key);
	default:
		memcpy(socket, key, open->algorithm->key_bytes);
		return 0;
	}
}

/* If it fails, tfm_close_socket() frees what it has left. */
int tfm_open_socket(struct tfm_open *open, unsigned int i)
{
	u8 key[TFM_MAX_KEY_BYTES];
	int err;

	open->turn.sockets[i] = tfm_zalloc(socket_bytes(open));
	if (!open->turn.sockets[i])
		return -ENOMEM;
	tfm_key_of(i, key, open->algorithm->key_bytes);
	err = fill_socket(open, open->turn.sockets[i], key);
	memzero_explicit(key, sizeof(key));
	return err;
}

static void free_ahash(const struct tfm_open *open, struct crypto_ahash *ahash)
{
	if (ahash && ahash != open->shared.ahash)
		crypto_free_ahash(ahash);
}

void tfm_close_socket(struct tfm_open *open, unsigned int i)
{
	void *socket = open->turn.sockets[i];
	struct tfm_ahash_socket *ahash = socket;
	struct tfm_shash_socket *shash = socket;
	struct tfm_aead_socket *aead = socket;

	if (!socket)
		return;
	switch (open->cell->socket) {
	case TFM_SOCKET_AHASH:
		free_ahash(open, ahash->ahash);
		break;
	case TFM_SOCKET_SHASH:
		if (shash->shash && shash->shash != open->shared.shash)
			crypto_free_shash(shash->shash);
		break;
	case TFM_SOCKET_AEAD:
		if (aead->aead)
			crypto_free_aead(aead->aead);
		break;
	default:
		break;
	}
	kfree_sensitive(socket);
	open->turn.sockets[i] = NULL;
}
