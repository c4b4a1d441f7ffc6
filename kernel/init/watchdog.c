// SPDX-License-Identifier: MIT
#include "watchdog.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "kernel_log.h"
#include "machine.h"
#include "say.h"

static struct step {
	volatile long long deadline_s;
	unsigned int seconds;
	char what[160];
} *step;

static long long now_s(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

void doing(const char *format, ...)
{
	va_list values;

	if (!step)
		return;
	va_start(values, format);
	vsnprintf(step->what, sizeof(step->what), format, values);
	va_end(values);
	step->deadline_s = now_s() + step->seconds;
}

static void watch(void)
{
	for (;;) {
		long long deadline = step->deadline_s;
		struct timespec until = {.tv_sec = deadline};

		if (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL))
			continue;
		if (step->deadline_s != deadline)
			continue;
		kernel_log_pass_on();
		say_error("after %u s init was still doing this: %s", step->seconds, step->what);
		machine_off();
	}
}

void watchdog_start(unsigned int seconds)
{
	pid_t watcher;

	step = mmap(NULL, sizeof(*step), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (step == MAP_FAILED) {
		step = NULL;
		say_error("the watchdog has no memory: %s", strerror(errno));
		return;
	}
	step->seconds = seconds;
	doing("starting");
	watcher = fork();
	if (watcher < 0)
		say_error("the watchdog cannot be started: %s", strerror(errno));
	if (watcher == 0)
		watch();
}
