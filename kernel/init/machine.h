/* SPDX-License-Identifier: MIT */
/* The machine that init is the first process of. */
#ifndef TFMBENCH_MACHINE_H
#define TFMBENCH_MACHINE_H

/* File systems, the loopback interface, and room for open files. */
void machine_prepare(void);
/* {"boot":…} and {"done":…} */
void machine_say_boot(void);
void machine_say_done(void);
/* Writes text into a file of /proc or /sys: 0, or -1 after an error line. */
int machine_write(const char *path, const char *text);
void machine_off(void) __attribute__((noreturn));

#endif
