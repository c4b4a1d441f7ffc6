/* SPDX-License-Identifier: MIT */
/* Time between two points of a loop of messages. In User-mode Linux a clock is a system call that
 * costs nearly a message; so each point is a reading of the processor's counter where there is one,
 * and the clock is read before and after the loop. */
#ifndef TFMBENCH_CLOCK_H
#define TFMBENCH_CLOCK_H

#include <time.h>

static inline long long clock_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static inline long long clock_ticks(void)
{
#ifdef __x86_64__
	return __builtin_ia32_rdtsc();
#else
	return clock_ns();
#endif
}

#endif
