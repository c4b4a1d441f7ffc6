// SPDX-License-Identifier: MIT
/* Calls one function of kernel/init with what the command line gives; init_test.py reads what it says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "counters.h"
#include "failslab.h"
#include "kernel_log.h"
#include "keys.h"
#include "percentiles.h"
#include "rounds.h"
#include "say.h"
#include "slab.h"
#include "words.h"

static int slab(char **files)
{
	struct slabs earlier, later;

	if (slabs_read(files[0], &earlier))
		return 1;
	if (slabs_read(files[1], &later)) {
		slabs_free(&earlier);
		return 1;
	}
	slabs_say_growth("a name", "md5", 1000, &earlier, &later);
	slabs_free(&earlier);
	slabs_free(&later);
	return 0;
}

static int counter(char **arguments)
{
	long long value;

	if (counter_read(arguments[0], arguments[1], arguments[2], atoll(arguments[3]), &value))
		return 1;
	printf("%lld\n", value);
	return 0;
}

static int record(char **arguments)
{
	kernel_log_say(arguments[0]);
	return 0;
}

static int terms(char **arguments)
{
	int interval, probability;

	if (failslab_terms(atof(arguments[0]), &interval, &probability))
		return 1;
	printf("%d %d\n", interval, probability);
	return 0;
}

static int percentiles(char **arguments)
{
	long long values[1000], found[PERCENTILES];
	struct line line;
	size_t count = 0;

	for (; arguments[count]; count++)
		values[count] = atoll(arguments[count]);
	percentiles_of(values, count, found);
	line_begin(&line, "found");
	line_integers(&line, "percentiles", found, PERCENTILES);
	line_say(&line);
	return 0;
}

static int said(char **arguments)
{
	struct line line;

	line_begin(&line, "said");
	line_text(&line, arguments[0], arguments[1]);
	line_null(&line, "nothing");
	line_number(&line, "tenth", 0.1);
	line_object(&line, "inside");
	line_object_end(&line);
	line_integer(&line, "last", -1);
	line_say(&line);
	return 0;
}

static int failed(char **arguments)
{
	say_error("%s", arguments[0]);
	return 0;
}

static int list(char **arguments)
{
	struct words words;

	if (word_list(arguments[0], "absent", &words))
		return 1;
	for (size_t i = 0; i < words.count; i++)
		puts(words.text[i]);
	return 0;
}

static int number(char **arguments)
{
	printf("%ld\n", word_number(arguments[0], 31, 1, 100));
	return 0;
}

static int key(char **arguments)
{
	struct key parsed;

	if (key_parse(arguments[0], &parsed))
		return 1;
	printf("%s %s\n", parsed.kind_name, parsed.algorithm);
	return 0;
}

static int last(char **arguments)
{
	puts(last_line(arguments[0]));
	return 0;
}

static const struct {
	const char *name;
	int (*call)(char **arguments);
} functions[] = {
	{"slab", slab},	  {"counter", counter}, {"record", record}, {"terms", terms}, {"percentiles", percentiles},
	{"said", said},	  {"failed", failed},	{"list", list},	    {"number", number}, {"key", key},
	{"last", last},
};

int main(int count, char **arguments)
{
	for (size_t i = 0; count > 1 && i < sizeof(functions) / sizeof(*functions); i++)
		if (!strcmp(functions[i].name, arguments[1]))
			return functions[i].call(arguments + 2);
	return 2;
}
