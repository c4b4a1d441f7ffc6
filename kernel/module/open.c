// SPDX-License-Identifier: GPL-2.0
/*
 * Opens the sockets of a cell, and closes them.
 */
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "alloc.h"
#include "report.h"
#include "tfmbench.h"

static bool stranded;

void tfm_strand(void)
{
	stranded = true;
}

bool tfm_stranded(void)
{
	return stranded;
}

int tfm_open(struct tfm_open *open, const struct tfm_cell *cell, struct tfm_run *run)
{
	unsigned int i;
	int err;

	memset(open, 0, sizeof(*open));
	open->cell = cell;
	open->algorithm = run->algorithm;
	open->sockets = run->sockets;
	open->turn.algorithm = run->algorithm;
	open->turn.segment = &run->segment;
	open->turn.skbs = run->skbs;
	open->turn.shared = &open->shared;
	open->turn.order = run->order;
	open->turn.packets = run->sockets;
	open->turn.mac = run->mac;
	open->turn.late = run->late;
	open->shared.sigpool = -1;
	open->turn.sockets = tfm_refused() ? NULL :
		vzalloc(array_size(run->sockets, sizeof(void *)));
	err = open->turn.sockets ? tfm_open_shared(open) : -ENOMEM;
	for (i = 0; !err && i < run->sockets; i++) {
		err = tfm_open_socket(open, i);
		cond_resched();
	}
	if (err) {
		tfm_error(cell, "cannot open %u sockets: error %d", run->sockets, err);
		tfm_close(open);
	}
	return err;
}

void tfm_close(struct tfm_open *open)
{
	unsigned int i;

	if (stranded)
		return;
	for (i = 0; open->turn.sockets && i < open->sockets; i++) {
		tfm_close_socket(open, i);
		cond_resched();
	}
	tfm_close_shared(open);
	vfree(open->turn.sockets);
	open->turn.sockets = NULL;
}
