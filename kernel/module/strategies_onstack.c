// SPDX-License-Identifier: GPL-2.0
/*
 * Strategies whose request is on the stack, through the transform API.
 *
 * onstack/ahash, onstack/shash           a raw key per socket, set for every packet in this CPU's
 *                                        transform: the API has no hash without one
 * onstack_prepared/ahash and .../shash   a transform per socket that has the key
 *
 * A scatterlist cannot point to a stack (CONFIG_VMAP_STACK): ahash has its scratch per CPU.
 */
#include "hashing.h"
#include "section.h"
#include "strategies.h"
#include "turn.h"

static __always_inline int onstack_ahash_packet(const struct tfm_turn *turn, void *socket,
						struct sk_buff *skb, const bool marks)
{
	struct tfm_cpu *cpu = tfm_section_start(turn);
	TFM_REQUEST_ON_STACK(request, cpu->ahash);
	int err;

	err = tfm_ahash_set_key(cpu->ahash, socket, turn, marks);
	if (!err)
		err = tfm_ahash(request, tfm_section_scratch(cpu), socket, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	ahash_request_zero(request);
	tfm_section_end();
	return err;
}
TFM_TURN(onstack_ahash)

static __always_inline int onstack_prepared_ahash_packet(const struct tfm_turn *turn, void *socket,
							 struct sk_buff *skb, const bool marks)
{
	struct tfm_ahash_socket *s = socket;
	struct tfm_cpu *cpu = this_cpu_ptr(turn->shared->cpu);
	TFM_REQUEST_ON_STACK(request, s->ahash);
	int err;

	tfm_mark(marks, TFM_MARK_KEY);
	err = tfm_ahash(request, tfm_section_scratch(cpu), s->key, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	ahash_request_zero(request);
	return err;
}
TFM_TURN(onstack_prepared_ahash)

static __always_inline int onstack_shash_packet(const struct tfm_turn *turn, void *socket,
						struct sk_buff *skb, const bool marks)
{
	struct tfm_cpu *cpu = tfm_section_start(turn);
	SHASH_DESC_ON_STACK(desc, cpu->shash);
	u8 scratch[TFM_SCRATCH_BYTES] __aligned(8);
	int err = 0;

	desc->tfm = cpu->shash;
	tfm_mark(marks, TFM_MARK_KEY);
	if (turn->algorithm->keyed)
		err = crypto_shash_setkey(cpu->shash, socket, turn->algorithm->key_bytes);
	if (!err)
		err = tfm_shash(desc, scratch, socket, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	shash_desc_zero(desc);
	tfm_section_end();
	return err;
}
TFM_TURN(onstack_shash)

static __always_inline int onstack_prepared_shash_packet(const struct tfm_turn *turn, void *socket,
							 struct sk_buff *skb, const bool marks)
{
	struct tfm_shash_socket *s = socket;
	SHASH_DESC_ON_STACK(desc, s->shash);
	u8 scratch[TFM_SCRATCH_BYTES] __aligned(8);
	int err;

	desc->tfm = s->shash;
	tfm_mark(marks, TFM_MARK_KEY);
	err = tfm_shash(desc, scratch, s->key, skb, turn, marks);
	tfm_mark(marks, TFM_MARK_END);
	shash_desc_zero(desc);
	return err;
}
TFM_TURN(onstack_prepared_shash)
