/* SPDX-License-Identifier: MIT */
/* A second process that says what init was doing when a step takes too long, and ends the machine.
 * An alarm would not do: a step that hangs is mostly a system call that does not return. */
#ifndef TFMBENCH_WATCHDOG_H
#define TFMBENCH_WATCHDOG_H

void watchdog_start(unsigned int seconds);
/* A new step begins, and has all the seconds. */
void doing(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
