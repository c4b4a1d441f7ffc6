/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The loops that the strategies' files define and cells.c lists.
 */
#ifndef TFMBENCH_STRATEGIES_H
#define TFMBENCH_STRATEGIES_H

#include "tfmbench.h"

#define TFM_DECLARE_TURN(name) \
	unsigned int name##_plain(const struct tfm_turn *turn); \
	unsigned int name##_marked(const struct tfm_turn *turn)

/* strategies_pool.c */
TFM_DECLARE_TURN(null);
TFM_DECLARE_TURN(percpu_pool);
TFM_DECLARE_TURN(percpu_pool_no_rekey);
TFM_DECLARE_TURN(tfm_pool);

/* strategies_request.c */
TFM_DECLARE_TURN(per_socket_tfm);
TFM_DECLARE_TURN(skb_request);
TFM_DECLARE_TURN(mempool);

/* strategies_onstack.c */
TFM_DECLARE_TURN(onstack_ahash);
TFM_DECLARE_TURN(onstack_shash);
TFM_DECLARE_TURN(onstack_prepared_ahash);
TFM_DECLARE_TURN(onstack_prepared_shash);

/* strategies_clone.c */
TFM_DECLARE_TURN(clone_sigpool);
TFM_DECLARE_TURN(tcp_sigpool);
TFM_DECLARE_TURN(md5sig_pool);

/* strategies_library.c: one of each for an algorithm */
#define TFM_DECLARE_LIBRARY(algorithm) \
	TFM_DECLARE_TURN(onstack_##algorithm); \
	TFM_DECLARE_TURN(onstack_prepared_##algorithm); \
	TFM_DECLARE_TURN(per_request_key_##algorithm); \
	TFM_DECLARE_TURN(percpu_request_key_##algorithm)

TFM_DECLARE_LIBRARY(sha1);
TFM_DECLARE_LIBRARY(sha256);
TFM_DECLARE_LIBRARY(cmac);
TFM_DECLARE_LIBRARY(md5);

/* strategies_aead.c */
TFM_DECLARE_TURN(percpu_pool_aead);
TFM_DECLARE_TURN(percpu_pool_aead_no_rekey);
TFM_DECLARE_TURN(per_socket_tfm_aead);
TFM_DECLARE_TURN(tfm_pool_aead);
TFM_DECLARE_TURN(skb_request_aead);
TFM_DECLARE_TURN(mempool_aead);

/* strategies_gcm_library.c */
TFM_DECLARE_LIBRARY(gcm);

/* library_keys.c: what a socket keeps, and what a request needs to use a raw key. */
size_t tfm_library_prepared_bytes(const struct tfm_algorithm *algorithm);
size_t tfm_library_keyed_bytes(const struct tfm_algorithm *algorithm);
int tfm_library_prepare(const struct tfm_algorithm *algorithm, void *prepared, const u8 *key);

#endif
