/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The per-CPU section of crypto_pool and tcp_sigpool: bottom halves are disabled from start to end,
 * so what is this CPU's is this packet's. A turn runs with bottom halves disabled already, as
 * packets in softirq do, so the section is nested in that.
 */
#ifndef TFMBENCH_SECTION_H
#define TFMBENCH_SECTION_H

#include <linux/rcupdate.h>

#include "tfmbench.h"

static __always_inline struct tfm_cpu *tfm_section_start(const struct tfm_turn *turn)
{
	rcu_read_lock_bh();
	return this_cpu_ptr(turn->shared->cpu);
}

static __always_inline u8 *tfm_section_scratch(const struct tfm_cpu *cpu)
{
	return rcu_dereference_bh(cpu->scratch);
}

static __always_inline void tfm_section_end(void)
{
	rcu_read_unlock_bh();
}

#endif
