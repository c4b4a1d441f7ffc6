// SPDX-License-Identifier: GPL-2.0
/*
 * mode=count: for the plugin in kernel/plugin. Each cell and size has a turn that is not counted,
 * one with emptied caches and one that finds them warm.
 */
#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/sched.h>

#include "report.h"

/* The marks of the turn itself stand around the loop, so that both copies of it have them. */
static unsigned int counted_turn(const struct tfm_open *open, bool phases, bool flush)
{
	unsigned long flags;
	unsigned int failed;

	local_bh_disable();
	local_irq_save(flags);		/* no tick inside a counted turn */
	if (flush)
		tfm_mark_always(TFM_MARK_FLUSH);
	tfm_mark_always(TFM_MARK_TURN);
	failed = phases ? open->cell->marked(&open->turn) : open->cell->plain(&open->turn);
	tfm_mark_always(TFM_MARK_DONE);
	local_irq_restore(flags);
	local_bh_enable();
	return failed;
}

/* The turn that warms up: the same loop and no marks of a turn, which the plugin waits for. */
static unsigned int first_turn(const struct tfm_open *open, bool phases)
{
	unsigned int failed;

	local_bh_disable();
	failed = phases ? open->cell->marked(&open->turn) : open->cell->plain(&open->turn);
	local_bh_enable();
	return failed;
}

static int count_size(const struct tfm_open *open, const struct tfm_run *run, unsigned int bytes)
{
	static const char *const caches[] = { "flushed", "warm" };
	unsigned int cache, failed;

	tfm_packets_fill(run, bytes);
	failed = first_turn(open, run->phases);
	for (cache = 0; !failed && cache < ARRAY_SIZE(caches); cache++) {
		failed = counted_turn(open, run->phases, cache == 0);
		if (!failed)
			tfm_print("{\"turn\":{\"name\":\"%s/%s\",\"bytes\":%u,\"cache\":\"%s\",\"packets\":%u}}",
				  open->cell->strategy, open->cell->form, bytes, caches[cache],
				  open->turn.packets);
		cond_resched();
	}
	if (!failed)
		return 0;
	tfm_error(open->cell, "%u bytes: %u of %u operations failed", bytes, failed,
		  open->turn.packets);
	return -EIO;
}

int tfm_count(struct tfm_run *run)
{
	const struct tfm_cell *cell;
	struct tfm_open open;
	unsigned int i, size;
	int err = 0;

	if (!TFM_HAVE_MARKS) {
		tfm_error(NULL, "mode=count: there are marks on x86-64 only");
		return -EOPNOTSUPP;
	}
	for (i = 0; !err && (cell = tfm_cell_at(i)); i++) {
		if (!tfm_cell_asked(cell, run))
			continue;
		err = tfm_open(&open, cell, run);
		if (err)
			break;
		for (size = 0; !err && size < run->sizes; size++)
			err = count_size(&open, run, run->bytes[size]);
		tfm_close(&open);
	}
	return err;
}
