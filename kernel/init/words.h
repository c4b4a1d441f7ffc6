/* SPDX-License-Identifier: MIT */
/* Words on the kernel's command line (NAME=value) become init's environment. */
#ifndef TFMBENCH_WORDS_H
#define TFMBENCH_WORDS_H

#include <stddef.h>

enum { WORDS_MOST = 64, WORD_ROOM = 96 };

/* The parts of a list that is separated by commas. */
struct words {
	size_t count;
	char text[WORDS_MOST][WORD_ROOM];
};

const char *word(const char *name, const char *if_absent);
/* A whole number from low to high; if it is not one: an error line, and if_absent. */
long word_number(const char *name, long if_absent, long low, long high);
/* 0, or -1 after an error line: an empty part, one that is too long, or too many. */
int word_list(const char *name, const char *if_absent, struct words *list);
/* The same for a list of numbers above 0. */
int word_numbers(const char *name, const char *if_absent, double *values, size_t most, size_t *count);

#endif
