// SPDX-License-Identifier: GPL-2.0
/*
 * mode=time: nanoseconds, and cycles if the processor counts them. All cells are open. In each
 * round each size sees the cells in an order of its own, and each cell has a cold turn (after a
 * walk through pollute_kib of memory) and a warm one.
 */
#include <linux/bottom_half.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "cycles.h"
#include "order.h"
#include "packet.h"
#include "report.h"

enum cache { COLD, WARM, CACHES };

#define TURNS_PER_LINE 32	/* a line of the kernel's log holds about 1,000 characters */
#define DIGITS 12		/* of a turn, with its comma */

struct turn_time {
	u64 ns;
	u64 cycles;
};

struct timing {
	struct tfm_run *run;
	struct tfm_open *open;	/* `cells` of them */
	unsigned int cells;
	u32 *order;		/* of the cells */
	struct turn_time *turns; /* [cell][size][cache][round] */
	u8 *pollution;		/* NULL: no cold turns */
	struct tfm_cycles cycles;
	char (*text)[TURNS_PER_LINE * DIGITS]; /* two of them: ns, cycles */
};

static struct turn_time *turns_of(const struct timing *t, unsigned int cell, unsigned int size,
				  enum cache cache)
{
	return t->turns +
	       ((size_t)(cell * t->run->sizes + size) * CACHES + cache) * t->run->rounds;
}

static void pollute(const struct timing *t)
{
	size_t i, bytes = (size_t)t->run->pollute_kib << 10;

	for (i = 0; i < bytes; i += L1_CACHE_BYTES)
		WRITE_ONCE(t->pollution[i], t->pollution[i] + 1);
}

/*
 * Interrupts are off, so that a turn is one stretch of time. The cycles are read outside of that:
 * reading them may sleep.
 */
static int timed_turn(const struct timing *t, const struct tfm_open *open, struct turn_time *to)
{
	u64 cycles = tfm_cycles_read(&t->cycles);
	unsigned long flags;
	unsigned int failed;
	u64 begin;

	local_bh_disable();
	local_irq_save(flags);
	begin = ktime_get_ns();
	failed = open->cell->plain(&open->turn);
	to->ns = ktime_get_ns() - begin;
	local_irq_restore(flags);
	local_bh_enable();
	to->cycles = tfm_cycles_read(&t->cycles) - cycles;
	cond_resched();
	if (!failed)
		return 0;
	tfm_error(open->cell, "%u bytes: %u of %u operations failed",
		  tfm_data_bytes(open->turn.segment, open->turn.skbs[0]), failed,
		  open->turn.packets);
	return -EIO;
}

static int time_cell(const struct timing *t, unsigned int cell, unsigned int size,
		     unsigned int round)
{
	const struct tfm_open *open = &t->open[cell];
	int err;

	if (t->pollution) {
		pollute(t);
		err = timed_turn(t, open, turns_of(t, cell, size, COLD) + round);
		if (err)
			return err;
	}
	return timed_turn(t, open, turns_of(t, cell, size, WARM) + round);
}

static int time_round(const struct timing *t, unsigned int round, struct tfm_random *random)
{
	unsigned int size, i;
	int err = 0;

	tfm_shuffle(t->run->order, t->run->sockets, random);
	for (size = 0; !err && size < t->run->sizes; size++) {
		tfm_packets_fill(t->run, t->run->bytes[size]);
		tfm_shuffle(t->order, t->cells, random);
		for (i = 0; !err && i < t->cells; i++)
			err = time_cell(t, t->order[i], size, round);
	}
	return err;
}

/* `n` turns that fit in a line. */
static void print_turns(const struct timing *t, unsigned int cell, unsigned int size,
			enum cache cache, const struct turn_time *turns, unsigned int n)
{
	const struct tfm_open *open = &t->open[cell];
	const size_t room = sizeof(t->text[0]);
	unsigned int i, ns = 0, cycles = 0;

	for (i = 0; i < n; i++) {
		ns += scnprintf(t->text[0] + ns, room - ns, "%s%llu", i ? "," : "", turns[i].ns);
		cycles += scnprintf(t->text[1] + cycles, room - cycles, "%s%llu", i ? "," : "",
				    turns[i].cycles);
	}
	tfm_print("{\"time\":{\"name\":\"%s/%s\",\"bytes\":%u,\"cache\":\"%s\",\"packets\":%u,\"turn_ns\":[%s]%s%s%s}}",
		  open->cell->strategy, open->cell->form, t->run->bytes[size],
		  cache == WARM ? "warm" : "cold", open->turn.packets, t->text[0],
		  t->cycles.event ? ",\"turn_cycles\":[" : "",
		  t->cycles.event ? t->text[1] : "", t->cycles.event ? "]" : "");
}

static void print_cell(const struct timing *t, unsigned int cell, unsigned int size,
		       enum cache cache)
{
	const struct turn_time *turns = turns_of(t, cell, size, cache);
	unsigned int round, rounds = t->run->rounds;

	for (round = 0; round < rounds; round += TURNS_PER_LINE)
		print_turns(t, cell, size, cache, turns + round,
			    min_t(unsigned int, TURNS_PER_LINE, rounds - round));
}

static void print_all(const struct timing *t)
{
	unsigned int cell, size;

	for (cell = 0; cell < t->cells; cell++)
		for (size = 0; size < t->run->sizes; size++) {
			if (t->pollution)
				print_cell(t, cell, size, COLD);
			print_cell(t, cell, size, WARM);
		}
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
	t->turns = vzalloc(array3_size(cells * t->run->sizes * CACHES, t->run->rounds,
				       sizeof(*t->turns)));
	t->text = vzalloc(2 * sizeof(*t->text));
	if (!t->open || !t->order || !t->turns || !t->text)
		return -ENOMEM;
	if (!t->run->pollute_kib)
		return 0;
	t->pollution = vzalloc((size_t)t->run->pollute_kib << 10);
	return t->pollution ? 0 : -ENOMEM;
}

static void release(struct timing *t)
{
	unsigned int i;

	for (i = 0; i < t->cells; i++)
		tfm_close(&t->open[i]);
	vfree(t->pollution);
	vfree(t->text);
	vfree(t->turns);
	vfree(t->order);
	vfree(t->open);
}

int tfm_time(struct tfm_run *run)
{
	struct tfm_random random = TFM_RANDOM_SEED;
	struct timing t = { .run = run };
	unsigned int round;
	int err;

	err = allocate(&t);
	if (err)
		tfm_error(NULL, "mode=time: no memory for %u rounds and %u KiB", run->rounds,
			  run->pollute_kib);
	else
		err = open_cells(&t);
	tfm_cycles_open(&t.cycles);
	/* The first warms up. Its turns are written over. */
	if (!err)
		err = time_round(&t, 0, &random);
	for (round = 0; !err && round < run->rounds; round++)
		err = time_round(&t, round, &random);
	if (!err)
		print_all(&t);
	tfm_cycles_close(&t.cycles);
	release(&t);
	return err;
}
