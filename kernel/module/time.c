// SPDX-License-Identifier: GPL-2.0
/*
 * mode=time: nanoseconds. All cells are open. In each round each size sees the cells in an order of
 * its own, and each cell has a cold turn (after a walk through pollute_kib of memory) and a warm
 * one.
 */
#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "order.h"
#include "report.h"

#define COLD 0
#define WARM 1
#define NS_PER_LINE 32		/* a line of the kernel's log holds about 1,000 characters */

struct timing {
	struct tfm_run *run;
	struct tfm_open *open;	/* `cells` of them */
	unsigned int cells;
	u32 *order;		/* of the cells */
	u64 *ns;		/* [cell][size][cache][round] */
	u8 *pollution;		/* NULL: no cold turns */
};

static u64 *ns_of(const struct timing *t, unsigned int cell, unsigned int size, unsigned int cache)
{
	return t->ns + ((size_t)(cell * t->run->sizes + size) * 2 + cache) * t->run->rounds;
}

static void pollute(const struct timing *t)
{
	size_t i, bytes = (size_t)t->run->pollute_kib << 10;

	for (i = 0; i < bytes; i += 64)
		WRITE_ONCE(t->pollution[i], t->pollution[i] + 1);
}

/* Interrupts are off, so that a turn is one stretch of time. */
static int timed_turn(const struct tfm_open *open, u64 *ns)
{
	unsigned long flags;
	unsigned int failed;
	u64 begin;

	local_bh_disable();
	local_irq_save(flags);
	begin = ktime_get_ns();
	failed = open->cell->plain(&open->turn);
	*ns = ktime_get_ns() - begin;
	local_irq_restore(flags);
	local_bh_enable();
	cond_resched();
	if (!failed)
		return 0;
	tfm_error(open->cell, "%u bytes: %u of %u operations failed", open->turn.segment->bytes,
		  failed, open->turn.packets);
	return -EIO;
}

/* The first round warms up; its figures are written over. */
static int time_round(const struct timing *t, unsigned int round, struct tfm_random *random)
{
	unsigned int size, i;
	int err = 0;

	tfm_shuffle(t->run->order, t->run->sockets, random);
	for (size = 0; !err && size < t->run->sizes; size++) {
		tfm_segment_fill(&t->run->segment, t->run->bytes[size]);
		tfm_shuffle(t->order, t->cells, random);
		for (i = 0; !err && i < t->cells; i++) {
			unsigned int cell = t->order[i];

			if (t->pollution) {
				pollute(t);
				err = timed_turn(&t->open[cell],
						 ns_of(t, cell, size, COLD) + round);
			}
			if (!err)
				err = timed_turn(&t->open[cell],
						 ns_of(t, cell, size, WARM) + round);
		}
	}
	return err;
}

static void print_line(const struct tfm_open *open, unsigned int bytes, unsigned int cache,
		       const u64 *ns, unsigned int n)
{
	char text[NS_PER_LINE * 21];
	unsigned int i, at = 0;

	for (i = 0; i < n; i++)
		at += scnprintf(text + at, sizeof(text) - at, "%s%llu", i ? "," : "", ns[i]);
	tfm_print("{\"time\":{\"name\":\"%s/%s\",\"bytes\":%u,\"cache\":\"%s\",\"packets\":%u,\"turn_ns\":[%s]}}",
		  open->cell->strategy, open->cell->form, bytes, cache == WARM ? "warm" : "cold",
		  open->turn.packets, text);
}

/* Turns that do not fit in a line go on in the next, of the same cell. */
static void print_times(const struct timing *t)
{
	unsigned int cell, size, cache, round;

	for (cell = 0; cell < t->cells; cell++)
		for (size = 0; size < t->run->sizes; size++)
			for (cache = t->pollution ? COLD : WARM; cache <= WARM; cache++)
				for (round = 0; round < t->run->rounds; round += NS_PER_LINE)
					print_line(&t->open[cell], t->run->bytes[size], cache,
						   ns_of(t, cell, size, cache) + round,
						   min_t(unsigned int, NS_PER_LINE,
							 t->run->rounds - round));
}

static int open_cells(struct timing *t)
{
	const struct tfm_cell *cell;
	unsigned int i;
	int err;

	for (i = 0; (cell = tfm_cell_at(i)); i++) {
		if (!tfm_cell_asked(cell, t->run))
			continue;
		err = tfm_open(&t->open[t->cells], cell, t->run);
		if (err)
			return err;
		t->order[t->cells] = t->cells;
		t->cells++;
	}
	return 0;
}

static int allocate(struct timing *t)
{
	unsigned int cells = 0;

	while (tfm_cell_at(cells))
		cells++;
	t->open = vzalloc(array_size(cells, sizeof(*t->open)));
	t->order = vzalloc(array_size(cells, sizeof(*t->order)));
	t->ns = vzalloc(array3_size(cells * t->run->sizes * 2, t->run->rounds, sizeof(u64)));
	if (!t->open || !t->order || !t->ns)
		return -ENOMEM;
	if (!t->run->pollute_kib)
		return 0;
	t->pollution = vzalloc((size_t)t->run->pollute_kib << 10);
	return t->pollution ? 0 : -ENOMEM;
}

int tfm_time(struct tfm_run *run)
{
	struct tfm_random random = TFM_RANDOM_SEED;
	struct timing t = { .run = run };
	unsigned int round, i;
	int err;

	err = allocate(&t);
	if (err)
		tfm_error(NULL, "mode=time: no memory for %u rounds and %u KiB", run->rounds,
			  run->pollute_kib);
	else
		err = open_cells(&t);
	if (!err)
		err = time_round(&t, 0, &random);
	for (round = 0; !err && round < run->rounds; round++)
		err = time_round(&t, round, &random);
	if (!err)
		print_times(&t);

	for (i = 0; i < t.cells; i++)
		tfm_close(&t.open[i]);
	vfree(t.pollution);
	vfree(t.ns);
	vfree(t.order);
	vfree(t.open);
	return err;
}
