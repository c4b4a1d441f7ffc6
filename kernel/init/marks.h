/* SPDX-License-Identifier: MIT */
/* Marks for the plugin in kernel/plugin: nopl 0x7f4d4bNN(%rax). The processor ignores it; the same
 * numbers stand in kernel/plugin/marks.h. */
#ifndef TFMBENCH_MARKS_H
#define TFMBENCH_MARKS_H

enum { MARK_TURN = 1, MARK_DONE = 2 };

#ifdef __x86_64__
#define mark(number) \
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80; .long 0x7f4d4b00 + %c0" : : "i"(number) : "memory")
#else
#define mark(number) ((void)(number))
#endif

#endif
