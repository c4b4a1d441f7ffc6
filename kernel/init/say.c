// SPDX-License-Identifier: MIT
#include "say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_all(const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(STDOUT_FILENO, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return; /* there is nobody left to tell */
		text += written;
		length -= written;
	}
}

static void append(struct line *line, const char *text, size_t length)
{
	if (line->length + length > line->room) {
		size_t room = 2 * (line->length + length) + 256;
		char *grown = realloc(line->text, room);

		if (!grown) {
			static const char words[] = "@@{\"error\":\"init has no memory for a line\"}\n";

			write_all(words, sizeof(words) - 1);
			_exit(1);
		}
		line->text = grown;
		line->room = room;
	}
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static void append_text(struct line *line, const char *text)
{
	append(line, text, strlen(text));
}

static void append_quoted(struct line *line, const char *value)
{
	append_text(line, "\"");
	for (; *value; value++) {
		unsigned char c = *value;
		char escaped[8];

		if (c == '"' || c == '\\')
			snprintf(escaped, sizeof(escaped), "\\%c", c);
		else if (c < 0x20 || c >= 0x7f) /* bytes, not characters: a log may be cut anywhere */
			snprintf(escaped, sizeof(escaped), "\\u%04x", c);
		else
			snprintf(escaped, sizeof(escaped), "%c", c);
		append_text(line, escaped);
	}
	append_text(line, "\"");
}

static void append_name(struct line *line, const char *name)
{
	if (line->comma)
		append_text(line, ",");
	append_quoted(line, name);
	append_text(line, ":");
	line->comma = true;
}

void line_begin(struct line *line, const char *kind)
{
	memset(line, 0, sizeof(*line));
	append_text(line, "@@{");
	line_object(line, kind);
}

void line_text(struct line *line, const char *name, const char *value)
{
	append_name(line, name);
	append_quoted(line, value);
}

void line_null(struct line *line, const char *name)
{
	append_name(line, name);
	append_text(line, "null");
}

void line_integer(struct line *line, const char *name, long long value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", value);
	append_name(line, name);
	append_text(line, digits);
}

void line_number(struct line *line, const char *name, double value)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%.15g", value);
	append_name(line, name);
	append_text(line, digits);
}

void line_integers(struct line *line, const char *name, const long long *values, size_t count)
{
	append_name(line, name);
	append_text(line, "[");
	for (size_t i = 0; i < count; i++) {
		char digits[24];

		snprintf(digits, sizeof(digits), "%s%lld", i ? "," : "", values[i]);
		append_text(line, digits);
	}
	append_text(line, "]");
}

void line_object(struct line *line, const char *name)
{
	append_name(line, name);
	append_text(line, "{");
	line->comma = false;
}

void line_object_end(struct line *line)
{
	append_text(line, "}");
	line->comma = true;
}

void line_say(struct line *line)
{
	append_text(line, "}}\n");
	write_all(line->text, line->length);
	free(line->text);
	memset(line, 0, sizeof(*line));
}

void say_error(const char *format, ...)
{
	struct line line = {0};
	char text[512];
	va_list values;

	va_start(values, format);
	vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	append_text(&line, "@@{");
	line_text(&line, "error", text);
	append_text(&line, "}\n");
	write_all(line.text, line.length);
	free(line.text);
}

void say_as_it_is(const char *text)
{
	struct line line = {0};

	append_text(&line, text);
	append_text(&line, "\n");
	write_all(line.text, line.length);
	free(line.text);
}

void say_noise(const char *text)
{
	struct line line = {0};

	append_text(&line, "# ");
	append_text(&line, text);
	append_text(&line, "\n");
	write_all(line.text, line.length);
	free(line.text);
}
