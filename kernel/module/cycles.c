// SPDX-License-Identifier: GPL-2.0
#include "cycles.h"

#ifdef CONFIG_PERF_EVENTS
#include <linux/err.h>
#include <linux/perf_event.h>
#include <linux/sched.h>

void tfm_cycles_open(struct tfm_cycles *cycles)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.config = PERF_COUNT_HW_CPU_CYCLES,
		.size = sizeof(attr),
		.pinned = 1,
		.exclude_user = 1,
		.exclude_hv = 1,
	};
	struct perf_event *event;

	event = perf_event_create_kernel_counter(&attr, -1, current, NULL, NULL);
	cycles->event = IS_ERR(event) ? NULL : event;
}

void tfm_cycles_close(struct tfm_cycles *cycles)
{
	if (cycles->event)
		perf_event_release_kernel(cycles->event);
	cycles->event = NULL;
}

u64 tfm_cycles_read(const struct tfm_cycles *cycles)
{
	u64 enabled, running;

	return cycles->event ? perf_event_read_value(cycles->event, &enabled, &running) : 0;
}
#else
void tfm_cycles_open(struct tfm_cycles *cycles)
{
	cycles->event = NULL;
}

void tfm_cycles_close(struct tfm_cycles *cycles)
{
}

u64 tfm_cycles_read(const struct tfm_cycles *cycles)
{
	return 0;
}
#endif
