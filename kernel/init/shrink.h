/* SPDX-License-Identifier: MIT */
#ifndef TFMBENCH_SHRINK_H
#define TFMBENCH_SHRINK_H

/* Takes from each CPU the slabs and the freed objects that it keeps to itself: slabinfo counts all
 * objects of these as active. 0, or -1 after an error line. */
int caches_shrink(void);

#endif
