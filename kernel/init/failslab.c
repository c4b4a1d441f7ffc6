// SPDX-License-Identifier: MIT
#include "failslab.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "machine.h"
#include "say.h"

#define DEBUG_FOLDER "/sys/kernel/debug"

enum { LONGEST_INTERVAL = 1000 };

int failslab_terms(double percent, int *interval, int *probability)
{
	for (*interval = 1; *interval <= LONGEST_INTERVAL; (*interval)++) {
		double exact = percent * *interval;

		if (exact > 100)
			break;
		*probability = exact + 0.5;
		if (*probability >= 1 && *probability <= 100 && fabs(exact - *probability) < 1e-9)
			return 0;
	}
	return -1;
}

static int set_text(const char *name, const char *value)
{
	char path[80];

	snprintf(path, sizeof(path), DEBUG_FOLDER "/failslab/%s", name);
	return machine_write(path, value);
}

static int set(const char *name, int value)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%d", value);
	return set_text(name, digits);
}

static bool mounted;

static int mount_once(void)
{
	if (!mounted && mount("debugfs", DEBUG_FOLDER, "debugfs", 0, NULL)) {
		say_error("debugfs cannot be mounted at " DEBUG_FOLDER ": %s", strerror(errno));
		return -1;
	}
	mounted = true;
	return 0;
}

int failslab_set(double percent, enum failslab_of which)
{
	int interval, probability;

	if (failslab_terms(percent, &interval, &probability)) {
		say_error("failslab has no terms for %.15g %%: it takes whole percent, or one part in a few",
			  percent);
		return -1;
	}
	/* ignore-gfp-wait stays Y: what may sleep (loading a module, say) does not fail. */
	if (mount_once() || set("times", -1) || set("space", 0) || set("verbose", 0) ||
	    set_text("task-filter", which == FAILSLAB_MARKED ? "Y" : "N") ||
	    set("interval", interval) || set("probability", probability))
		return -1;
	return 0;
}

int failslab_off(void)
{
	return mounted ? set("probability", 0) : 0;
}
