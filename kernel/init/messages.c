// SPDX-License-Identifier: MIT
#include "messages.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "clock.h"
#include "marks.h"
#include "say.h"

enum { BYTES_MOST = 65536 };

static uint64_t below_state = 88172645463325252u; /* the same ways in each boot */

static long below(long limit)
{
	below_state ^= below_state << 13;
	below_state ^= below_state >> 7;
	below_state ^= below_state << 17;
	return (below_state >> 32) % limit;
}

long messages_in(const struct plan *plan)
{
	return 2 * plan->connections->count * plan->rounds;
}

static void shuffle(long *order, long count)
{
	for (long i = count - 1; i > 0; i--) {
		long j = below(i + 1), other = order[i];

		order[i] = order[j];
		order[j] = other;
	}
}

struct way *messages_ways(const struct plan *plan)
{
	const struct connections *connections = plan->connections;
	struct way *ways = malloc(messages_in(plan) * sizeof(*ways)), *next = ways;
	long *order = malloc(connections->count * sizeof(*order));

	if (!ways || !order) {
		say_error("%ld messages: no memory", messages_in(plan));
		free(ways);
		free(order);
		return NULL;
	}
	for (long i = 0; i < connections->count; i++)
		order[i] = i;
	for (long round = 0; round < plan->rounds; round++) {
		shuffle(order, connections->count);
		for (long i = 0; i < connections->count; i++) {
			int client = connections->client[order[i]];
			int server = connections->server[order[i]];

			*next++ = (struct way){.from = client, .to = server};
			*next++ = (struct way){.from = server, .to = client};
		}
	}
	free(order);
	return ways;
}

static int carry(const struct way *way, char *bytes, long count)
{
	if (send(way->from, bytes, count, MSG_NOSIGNAL) != count)
		return -1;
	for (long missing = count; missing;) {
		ssize_t got = recv(way->to, bytes, missing, 0);

		if (got <= 0)
			return -1;
		missing -= got;
	}
	return 0;
}

/* Returns how many were carried before one failed. `points` has count + 1 readings, or is NULL. */
static long carry_all(const struct way *ways, long count, long bytes, long long *points)
{
	static char buffer[BYTES_MOST];

	if (points)
		points[0] = clock_ticks();
	for (long i = 0; i < count; i++) {
		if (carry(&ways[i], buffer, bytes))
			return i;
		if (points)
			points[i + 1] = clock_ticks();
	}
	return count;
}

static int all_were(long carried, long count)
{
	if (carried == count)
		return 0;
	say_error("message %ld of %ld did not arrive: %s", carried + 1, count,
		  errno ? strerror(errno) : "the connection ended");
	return -1;
}

int messages_timed(const struct plan *plan, struct delivered *delivered)
{
	const long count = messages_in(plan);
	long long *points = malloc((count + 1) * sizeof(*points));
	struct way *ways = messages_ways(plan);
	long long began, took;
	int result = -1;

	memset(delivered, 0, sizeof(*delivered));
	if (!points)
		say_error("times of %ld messages: no memory", count);
	if (points && ways) {
		double ns_per_tick;

		errno = 0;
		began = clock_ns();
		result = all_were(carry_all(ways, count, plan->bytes, points), count);
		took = clock_ns() - began;
		ns_per_tick = (double)took / (points[count] - points[0]);
		for (long i = 0; i < count; i++)
			points[i] = (points[i + 1] - points[i]) * ns_per_tick + 0.5;
	}
	free(ways);
	if (result) {
		free(points);
		return -1;
	}
	*delivered = (struct delivered){.messages = count, .arrived = count, .times_ns = points};
	return 0;
}

int messages_counted(const struct plan *plan, struct delivered *delivered)
{
	const long count = messages_in(plan);
	struct way *ways = messages_ways(plan);
	long carried;

	memset(delivered, 0, sizeof(*delivered));
	if (!ways)
		return -1;
	errno = 0;
	mark(MARK_TURN);
	carried = carry_all(ways, count, plan->bytes, NULL);
	mark(MARK_DONE);
	free(ways);
	*delivered = (struct delivered){.messages = count, .arrived = count};
	return all_were(carried, count);
}

int messages_warm_up(const struct plan *plan)
{
	struct plan once = {.connections = plan->connections, .bytes = plan->bytes, .rounds = 1};
	const long count = messages_in(&once);
	struct way *ways = messages_ways(&once);
	long carried;

	if (!ways)
		return -1;
	errno = 0;
	carried = carry_all(ways, count, plan->bytes, NULL);
	free(ways);
	return all_were(carried, count);
}

void delivered_free(struct delivered *delivered)
{
	free(delivered->times_ns);
	memset(delivered, 0, sizeof(*delivered));
}
