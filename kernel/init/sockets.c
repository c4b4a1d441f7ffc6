// SPDX-License-Identifier: MIT
#include "sockets.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "connections.h"
#include "counters.h"
#include "failslab.h"
#include "kernel_log.h"
#include "keys.h"
#include "messages.h"
#include "percentiles.h"
#include "say.h"
#include "slab.h"
#include "watchdog.h"
#include "words.h"

enum { PERCENTS_MOST = 8, SIZES_MOST = 8, BYTES_MOST = 65536 };

static const char all_keys[] =
	"plain,tcp_md5,tcp_ao:hmac(sha1),tcp_ao:hmac(sha256),tcp_ao:cmac(aes)";

/* What both tasks are asked for. */
struct asked {
	struct words keys;
	long connections;
	long rounds;
	long sizes[SIZES_MOST];
	size_t sizes_count;
	double percents[PERCENTS_MOST];
	size_t percents_count;
	bool marks;
};

static int read_words(struct asked *asked, bool with_failures)
{
	double sizes[SIZES_MOST];

	asked->connections = word_number("SOCKETS", 1000, 1, 30000);
	asked->rounds = word_number("ROUNDS", 5, 1, 1000);
	asked->marks = word_number("MARKS", 0, 0, 1);
	asked->percents[0] = 0;
	asked->percents_count = 1;
	if (word_list("KEYS", all_keys, &asked->keys) ||
	    word_numbers("BYTES", "64,512,1440", sizes, SIZES_MOST, &asked->sizes_count) ||
	    (with_failures && word_numbers("PERCENT", "0.1,1", asked->percents, PERCENTS_MOST,
					   &asked->percents_count)))
		return -1;
	for (size_t i = 0; i < asked->sizes_count; i++) {
		asked->sizes[i] = sizes[i];
		if (asked->sizes[i] != sizes[i] || asked->sizes[i] > BYTES_MOST) {
			say_error("BYTES: %g is not a whole number up to %d", sizes[i], BYTES_MOST);
			return -1;
		}
	}
	return 0;
}

static void say_turn(const char *key, const struct plan *plan)
{
	struct line line;
	char name[128];

	snprintf(name, sizeof(name), "sockets/%s", key);
	line_begin(&line, "turn");
	line_text(&line, "name", name);
	line_integer(&line, "bytes", plan->bytes);
	line_text(&line, "cache", "warm");
	line_integer(&line, "packets", messages_in(plan));
	line_say(&line);
}

static void say_delivered(const struct key *key, const struct plan *plan, double percent,
			  struct delivered *delivered, const struct counters *before,
			  const struct counters *after)
{
	long long percentiles[PERCENTILES];
	struct line line;

	line_begin(&line, "connections");
	line_text(&line, "key", key->kind_name);
	if (*key->algorithm)
		line_text(&line, "algorithm", key->algorithm);
	else
		line_null(&line, "algorithm");
	line_integer(&line, "connections", plan->connections->count);
	line_integer(&line, "bytes", plan->bytes);
	line_number(&line, "percent", percent);
	line_integer(&line, "messages", delivered->messages);
	if (delivered->times_ns && delivered->arrived) {
		percentiles_of(delivered->times_ns, delivered->arrived, percentiles);
		line_integers(&line, "message_ns", percentiles, PERCENTILES);
	} else {
		line_null(&line, "message_ns");
	}
	line_integer(&line, "segments", after->segments - before->segments);
	line_integer(&line, "retransmits", after->retransmits - before->retransmits);
	line_integer(&line, "failed", after->failed - before->failed + delivered->refused);
	line_integer(&line, "stuck", delivered->stuck);
	line_say(&line);
}

static int carry(const struct plan *plan, double percent, bool marks, struct delivered *delivered)
{
	int result;

	if (marks)
		return messages_counted(plan, delivered);
	if (percent == 0)
		return messages_timed(plan, delivered);
	if (failslab_set(percent, FAILSLAB_ALL)) {
		failslab_off();
		return -1;
	}
	result = messages_with_failures(plan, delivered);
	if (failslab_off()) {
		if (!result)
			delivered_free(delivered);
		return -1;
	}
	return result;
}

/* 0, or -1 after an error line: these connections are of no more use. */
static int carry_and_say(const char *word, const struct key *key, const struct plan *plan,
			 double percent, bool marks)
{
	struct counters before, after;
	struct delivered delivered;

	doing("carrying messages of %ld bytes, %s, failslab %g %%", plan->bytes, word, percent);
	if (messages_warm_up(plan) || counters_now(&before) || carry(plan, percent, marks, &delivered))
		return -1;
	if (!counters_now(&after)) {
		if (marks)
			say_turn(word, plan);
		say_delivered(key, plan, percent, &delivered, &before, &after);
	}
	delivered_free(&delivered);
	kernel_log_pass_on();
	return 0;
}

static void say_slabs(const char *word, const struct key *key, const struct asked *asked,
		      const struct slabs *closed)
{
	struct slabs open;
	char what[128];

	if (slabs_now(&open))
		return;
	snprintf(what, sizeof(what), "sockets/%s", word);
	slabs_say_growth(what, *key->algorithm ? key->algorithm : NULL, 2 * asked->connections, closed,
			 &open);
	slabs_free(&open);
}

static void one_key(const char *word, const struct asked *asked, double percent)
{
	struct connections connections;
	struct slabs closed;
	struct key key;

	doing("opening %ld connections, %s", asked->connections, word);
	if (key_parse(word, &key) || slabs_now(&closed))
		return;
	if (!connections_open(&connections, &key, asked->connections)) {
		if (percent == 0)
			say_slabs(word, &key, asked, &closed);
		for (size_t i = 0; i < asked->sizes_count; i++) {
			struct plan plan = {.connections = &connections,
					    .bytes = asked->sizes[i],
					    .rounds = asked->rounds};

			if (carry_and_say(word, &key, &plan, percent, asked->marks))
				break;
		}
		doing("closing %ld connections, %s", asked->connections, word);
		connections_close(&connections);
	}
	slabs_free(&closed);
}

static void all(bool with_failures)
{
	struct asked *asked = malloc(sizeof(*asked));

	if (!asked)
		say_error("the tasks of sockets have no memory");
	else if (!read_words(asked, with_failures))
		for (size_t i = 0; i < asked->keys.count; i++)
			for (size_t j = 0; j < asked->percents_count; j++)
				one_key(asked->keys.text[i], asked, asked->percents[j]);
	free(asked);
}

void sockets_task(void)
{
	all(false);
}

void sockets_faults_task(void)
{
	all(true);
}
