/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processor's own count of cycles, where there is one: neither QEMU nor User-mode Linux has it.
 */
#ifndef TFMBENCH_CYCLES_H
#define TFMBENCH_CYCLES_H

#include <linux/types.h>

/* Counts those of the current task. */
struct tfm_cycles {
	struct perf_event *event;	/* NULL: they are not to be had */
};

void tfm_cycles_open(struct tfm_cycles *cycles);
void tfm_cycles_close(struct tfm_cycles *cycles);

/* May sleep. 0 if they are not to be had. */
u64 tfm_cycles_read(const struct tfm_cycles *cycles);

#endif
