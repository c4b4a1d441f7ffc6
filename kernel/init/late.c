// SPDX-License-Identifier: MIT
/* Messages while allocations fail. A segment that could not be signed or read is sent again after a
 * fifth of a second and more; so messages that are late are waited for together. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "messages.h"
#include "say.h"

enum {
	PATIENCE_MS = 3, /* before the next message is sent */
	TICK_MS = 20,    /* while nothing is left but late ones */
	BYTES_MOST = 65536,
};

static const long long give_up_ns = 5000000000LL;

struct underway {
	struct pollfd *ends; /* where the messages that are underway arrive */
	long long *sent_ns;
	long *missing;
	long count;
	struct delivered *delivered;
};

static char buffer[BYTES_MOST];

static void forget(struct underway *underway, long i)
{
	long last = --underway->count;

	underway->ends[i] = underway->ends[last];
	underway->sent_ns[i] = underway->sent_ns[last];
	underway->missing[i] = underway->missing[last];
}

/* Takes what has come. A message that is complete, refused, or given up is forgotten. */
static void take(struct underway *underway, long i, long long now)
{
	struct delivered *delivered = underway->delivered;

	if (underway->ends[i].revents) {
		ssize_t got = recv(underway->ends[i].fd, buffer, underway->missing[i], MSG_DONTWAIT);

		if (got > 0)
			underway->missing[i] -= got;
		else if (got == 0 || errno != EAGAIN) {
			delivered->refused++;
			forget(underway, i);
			return;
		}
	}
	if (!underway->missing[i]) {
		delivered->times_ns[delivered->arrived++] = now - underway->sent_ns[i];
		forget(underway, i);
	} else if (now - underway->sent_ns[i] > give_up_ns) {
		delivered->stuck++;
		shutdown(underway->ends[i].fd, SHUT_RDWR); /* its rest is of no later message */
		forget(underway, i);
	}
}

static int wait_for(struct underway *underway, int milliseconds)
{
	if (poll(underway->ends, underway->count, milliseconds) < 0 && errno != EINTR) {
		say_error("waiting for %ld messages: %s", underway->count, strerror(errno));
		return -1;
	}
	for (long i = underway->count - 1; i >= 0; i--)
		take(underway, i, clock_ns());
	return 0;
}

static bool is_underway(const struct underway *underway, int end)
{
	for (long i = 0; i < underway->count; i++)
		if (underway->ends[i].fd == end)
			return true;
	return false;
}

static int carry(struct underway *underway, const struct way *way, long bytes)
{
	long long sent = clock_ns();
	long i = underway->count;

	underway->delivered->messages++;
	if (send(way->from, buffer, bytes, MSG_NOSIGNAL | MSG_DONTWAIT) != bytes) {
		underway->delivered->refused++;
		return 0;
	}
	underway->ends[i] = (struct pollfd){.fd = way->to, .events = POLLIN};
	underway->sent_ns[i] = sent;
	underway->missing[i] = bytes;
	underway->count++;
	do {
		if (wait_for(underway, PATIENCE_MS))
			return -1;
	} while (is_underway(underway, way->to) && clock_ns() - sent < PATIENCE_MS * 1000000LL);
	return 0;
}

static int carry_all(struct underway *underway, const struct plan *plan, const struct way *ways)
{
	const long count = messages_in(plan), round = count / plan->rounds;

	for (long i = 0; i < count; i++) {
		/* A round begins when the last one's messages are there or given up. */
		while (i % round == 0 && underway->count)
			if (wait_for(underway, TICK_MS))
				return -1;
		if (carry(underway, &ways[i], plan->bytes))
			return -1;
	}
	while (underway->count)
		if (wait_for(underway, TICK_MS))
			return -1;
	return 0;
}

int messages_with_failures(const struct plan *plan, struct delivered *delivered)
{
	const long ways_count = messages_in(plan), most = 2 * plan->connections->count;
	struct underway underway = {.ends = malloc(most * sizeof(*underway.ends)),
				    .sent_ns = malloc(most * sizeof(*underway.sent_ns)),
				    .missing = malloc(most * sizeof(*underway.missing)),
				    .delivered = delivered};
	struct way *ways = messages_ways(plan);
	int result = -1;

	memset(delivered, 0, sizeof(*delivered));
	delivered->times_ns = malloc(ways_count * sizeof(*delivered->times_ns));
	if (underway.ends && underway.sent_ns && underway.missing && delivered->times_ns && ways)
		result = carry_all(&underway, plan, ways);
	else
		say_error("%ld messages: no memory", ways_count);
	free(underway.ends);
	free(underway.sent_ns);
	free(underway.missing);
	free(ways);
	if (result)
		delivered_free(delivered);
	return result;
}
