/* SPDX-License-Identifier: MIT */
#ifndef TFMBENCH_FAILSLAB_H
#define TFMBENCH_FAILSLAB_H

/* Lets percent of the allocations fail that may not sleep: 0, or -1 after an error line. */
int failslab_set(double percent);
int failslab_off(void);
/* How failslab says a percentage: 1 of each interval allocations, with a probability in whole
 * percent. 0, or -1: it cannot be said. */
int failslab_terms(double percent, int *interval, int *probability);

#endif
