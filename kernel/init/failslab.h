/* SPDX-License-Identifier: MIT */
#ifndef TFMBENCH_FAILSLAB_H
#define TFMBENCH_FAILSLAB_H

enum failslab_of {
	FAILSLAB_ALL,      /* interrupts too */
	FAILSLAB_MARKED,   /* those that a task makes while it is marked (make_it_fail), as the module is */
};

/* Lets percent of the allocations fail that may not sleep: 0, or -1 after an error line. */
int failslab_set(double percent, enum failslab_of which);
int failslab_off(void);
/* How failslab says a percentage: 1 of each interval allocations, with a probability in whole
 * percent. 0, or -1: it cannot be said. */
int failslab_terms(double percent, int *interval, int *probability);

#endif
