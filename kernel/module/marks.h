/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks for the plugin in kernel/plugin: a long nop whose displacement says which. The processor
 * ignores it, and the plugin does not count it.
 *
 * Packets are compiled twice, with marks and without (TFM_TURN in turn.h). So a turn that is timed
 * has no mark in it, not even the nop that a static key leaves.
 */
#ifndef TFMBENCH_MARKS_H
#define TFMBENCH_MARKS_H

#include <linux/compiler.h>

/* The same numbers stand in kernel/plugin/marks.h. */
#define TFM_MARK_FLUSH		0x00	/* empty the simulated caches */
#define TFM_MARK_TURN		0x01	/* a turn begins, outside of any phase */
#define TFM_MARK_DONE		0x02	/* it ends */
#define TFM_MARK_ALLOCATOR	0x03	/* the allocator is called */
#define TFM_MARK_RETURN		0x04	/* it has returned: back to the phase before */
#define TFM_MARK_START		0x10
#define TFM_MARK_KEY		0x11
#define TFM_MARK_UPDATE		0x12
#define TFM_MARK_FINAL		0x13
#define TFM_MARK_END		0x14
#define TFM_MARK_OTHER		0x15	/* between two packets */

#ifdef CONFIG_X86_64
#define TFM_HAVE_MARKS 1
/* nopl 0x7f4d4bNN(%rax) */
#define tfm_mark_always(number) \
	asm volatile(".byte 0x0f, 0x1f, 0x80; .long 0x7f4d4b00 + %c0" : : "i" (number) : "memory")
#else
#define TFM_HAVE_MARKS 0
#define tfm_mark_always(number) barrier()
#endif

/* `marks` is a constant wherever this is compiled. */
#define tfm_mark(marks, number) \
	do { \
		if (marks) \
			tfm_mark_always(number); \
	} while (0)

#endif
