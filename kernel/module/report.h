/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of JSON behind "@@" in the kernel log. README.md lists them.
 */
#ifndef TFMBENCH_REPORT_H
#define TFMBENCH_REPORT_H

#include <linux/printk.h>

#include "tfmbench.h"

#define tfm_print(format, ...) printk(KERN_INFO "@@" format "\n", ##__VA_ARGS__)

/* One line: which cell (or NULL), what, where. */
__printf(2, 3) void tfm_error(const struct tfm_cell *cell, const char *format, ...);

void tfm_report_module(const struct tfm_run *run);

#endif
