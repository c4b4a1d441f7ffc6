/* SPDX-License-Identifier: MIT */
/* What init says: one JSON object a line, behind "@@". Everything else on the console is noise. */
#ifndef TFMBENCH_SAY_H
#define TFMBENCH_SAY_H

#include <stdbool.h>
#include <stddef.h>

struct line {
	char *text;
	size_t length;
	size_t room;
	bool comma; /* the next name follows another */
};

void line_begin(struct line *line, const char *kind);
void line_text(struct line *line, const char *name, const char *value);
void line_null(struct line *line, const char *name);
void line_integer(struct line *line, const char *name, long long value);
void line_number(struct line *line, const char *name, double value);
void line_integers(struct line *line, const char *name, const long long *values, size_t count);
void line_object(struct line *line, const char *name);
void line_object_end(struct line *line);
/* Closes the line, writes it in one piece, and frees it. */
void line_say(struct line *line);

/* {"error":"what, where"} */
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A line behind "@@" as it came from the kernel's log. */
void say_as_it_is(const char *text);
/* Noise, for whoever reads the console. */
void say_noise(const char *text);

#endif
