// SPDX-License-Identifier: GPL-2.0
/*
 * The pools that TCP had.
 *
 * clone_sigpool/ahash           ours: every packet clones the transform, sets its key and allocates
 *                               a request; scratch is per CPU
 * clone_sigpool/tcp_sigpool     the kernel's own, 6.7 to 6.18
 * md5sig_pool/tcp_md5sig_pool   the kernel's own, until 6.7
 *
 * What a call of the kernel allocates inside (crypto_clone_ahash(), tcp_sigpool_start()) belongs to
 * the phase in which it is called.
 */
#include <net/tcp.h>

#include "hashing.h"
#include "section.h"
#include "strategies.h"
#include "turn.h"

#if TFM_HAVE_CLONE
static __always_inline int clone_sigpool_packet(const struct tfm_turn *turn, void *socket,
						struct sk_buff *skb, const bool marks)
{
	struct tfm_cpu *cpu = tfm_section_start(turn);
	struct ahash_request *request;
	struct crypto_ahash *clone;
	int err;

	clone = crypto_clone_ahash(turn->shared->ahash);
	if (IS_ERR(clone)) {
		tfm_section_end();
		return PTR_ERR(clone);
	}
	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	request = ahash_request_alloc(clone, GFP_ATOMIC);
	tfm_mark(marks, TFM_MARK_RETURN);
	err = -ENOMEM;
	if (request) {
		err = tfm_ahash_set_key(clone, socket, turn, marks);
		if (!err)
			err = tfm_ahash(request, tfm_section_scratch(cpu), socket, skb, turn,
					marks);
	}
	tfm_mark(marks, TFM_MARK_END);
	tfm_section_end();
	tfm_mark(marks, TFM_MARK_ALLOCATOR);
	ahash_request_free(request);
	tfm_mark(marks, TFM_MARK_RETURN);
	crypto_free_ahash(clone);
	return err;
}
TFM_TURN(clone_sigpool)
#endif

#if TFM_HAVE_SIGPOOL
static __always_inline int tcp_sigpool_packet(const struct tfm_turn *turn, void *socket,
					      struct sk_buff *skb, const bool marks)
{
	struct tcp_sigpool pool;
	int err;

	err = tcp_sigpool_start(turn->shared->sigpool, &pool);
	if (err)
		return err;
	err = tfm_ahash_set_key(crypto_ahash_reqtfm(pool.req), socket, turn, marks);
	if (!err)
		err = tfm_ahash(pool.req, pool.scratch, socket, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	tcp_sigpool_end(&pool);
	return err;
}
TFM_TURN(tcp_sigpool)
#endif

#if TFM_HAVE_MD5SIG_POOL
static __always_inline int md5sig_pool_packet(const struct tfm_turn *turn, void *socket,
					      struct sk_buff *skb, const bool marks)
{
	struct tcp_md5sig_pool *pool = tcp_get_md5sig_pool();
	int err;

	if (!pool)
		return -ENOMEM;
	tfm_mark(marks, TFM_MARK_KEY);
	err = tfm_ahash(pool->md5_req, pool->scratch, socket, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	tcp_put_md5sig_pool();
	return err;
}
TFM_TURN(md5sig_pool)
#endif
