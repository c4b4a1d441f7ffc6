// SPDX-License-Identifier: GPL-2.0
/*
 * mode=faults: how many operations fail while allocations are refused. Who loads the module sets
 * that up (failslab); atomic allocations are meant, those that may wait are left alone.
 */
#include <linux/bottom_half.h>
#include <linux/sched.h>

#include "report.h"

/* failslab's task-filter: of what this task allocates, the operations' alone is meant. */
static void fail_allocations(bool on)
{
#ifdef CONFIG_FAULT_INJECTION
	current->make_it_fail = on;
#endif
}

int tfm_faults(struct tfm_run *run)
{
	const struct tfm_cell *cell;
	struct tfm_open open;
	unsigned int i, round, failed;
	int err;

	for (i = 0; (cell = tfm_cell_at(i)); i++) {
		if (!tfm_cell_asked(cell, run))
			continue;
		err = tfm_open(&open, cell, run);
		if (err)
			return err;
		tfm_packets_fill(run, run->bytes[0]);
		failed = 0;
		fail_allocations(true);
		for (round = 0; round < run->rounds; round++) {
			local_bh_disable();
			failed += cell->plain(&open.turn);
			local_bh_enable();
			cond_resched();
		}
		fail_allocations(false);
		tfm_print("{\"faults\":{\"name\":\"%s/%s\",\"operations\":%u,\"failed\":%u}}",
			  cell->strategy, cell->form, run->rounds * run->sockets, failed);
		tfm_close(&open);
	}
	return 0;
}
