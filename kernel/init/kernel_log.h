/* SPDX-License-Identifier: MIT */
/* The kernel's log: the module's lines behind "@@" are passed on, each once; a bug or a warning of
 * the kernel is an error; what else is a warning, or worse, is noise. */
#ifndef TFMBENCH_KERNEL_LOG_H
#define TFMBENCH_KERNEL_LOG_H

#include <stddef.h>

/* Opens the log behind its last line, and keeps the console for init alone. */
void kernel_log_open(void);
/* Says what has come since. */
void kernel_log_pass_on(void);
/* One record as /dev/kmsg has it ("level,number,time,flags;text\n"), ended by a NUL byte. */
void kernel_log_say(char *record);

#endif
