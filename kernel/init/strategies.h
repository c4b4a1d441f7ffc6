/* SPDX-License-Identifier: MIT */
/* What the module does: the tasks count, time, faults and hold, for each of ALGORITHMS. */
#ifndef TFMBENCH_STRATEGIES_H
#define TFMBENCH_STRATEGIES_H

void count_task(void);
void time_task(void);
void faults_task(void);
void hold_task(void);

#endif
