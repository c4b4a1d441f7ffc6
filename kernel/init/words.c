// SPDX-License-Identifier: MIT
#include "words.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

const char *word(const char *name, const char *if_absent)
{
	const char *value = getenv(name);

	return value ? value : if_absent;
}

long word_number(const char *name, long if_absent, long low, long high)
{
	const char *value = getenv(name);
	char *end;
	long number;

	if (!value)
		return if_absent;
	errno = 0;
	number = strtol(value, &end, 10);
	if (errno || end == value || *end || number < low || number > high) {
		say_error("%s=%s is not a whole number from %ld to %ld", name, value, low, high);
		return if_absent;
	}
	return number;
}

int word_list(const char *name, const char *if_absent, struct words *list)
{
	const char *value = word(name, if_absent);

	list->count = 0;
	for (;;) {
		size_t length = strcspn(value, ",");

		if (!length || length >= WORD_ROOM || list->count == WORDS_MOST) {
			say_error("%s=%s has an empty part, a part over %d characters, or over %d parts",
				  name, word(name, if_absent), WORD_ROOM - 1, WORDS_MOST);
			return -1;
		}
		memcpy(list->text[list->count], value, length);
		list->text[list->count++][length] = '\0';
		if (!value[length])
			return 0;
		value += length + 1;
	}
}

int word_numbers(const char *name, const char *if_absent, double *values, size_t most, size_t *count)
{
	struct words list;

	*count = 0;
	if (word_list(name, if_absent, &list))
		return -1;
	for (size_t i = 0; i < list.count; i++) {
		char *end;
		double number = strtod(list.text[i], &end);

		if (end == list.text[i] || *end || !isfinite(number) || number <= 0 || *count == most) {
			say_error("%s: %s is not a number above 0, or is one of more than %zu", name,
				  list.text[i], most);
			return -1;
		}
		values[(*count)++] = number;
	}
	return 0;
}
