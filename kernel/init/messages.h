/* SPDX-License-Identifier: MIT */
/* Messages over open connections: in each round, in an order of its own, each connection carries one
 * to the server and one back. */
#ifndef TFMBENCH_MESSAGES_H
#define TFMBENCH_MESSAGES_H

#include <stdbool.h>

#include "connections.h"

struct plan {
	const struct connections *connections;
	long bytes;
	long rounds;
};

struct delivered {
	long messages;       /* sent */
	long long *times_ns; /* of those that arrived; NULL: not timed */
	long arrived;
	long refused; /* by send(), or their connection was reset */
	long stuck;   /* not there in time */
};

/* What one message passes through. */
struct way {
	int from;
	int to;
};

long messages_in(const struct plan *plan);
/* The ways of all messages of the plan, in the order they are taken; the caller frees them. NULL
 * after an error line. */
struct way *messages_ways(const struct plan *plan);

/* These wait for each message before the next is sent: 0, or -1 after an error line. */
/* One round, which is neither timed nor counted. */
int messages_warm_up(const struct plan *plan);
/* Each message has a time. */
int messages_timed(const struct plan *plan, struct delivered *delivered);
/* The loop is between marks. */
int messages_counted(const struct plan *plan, struct delivered *delivered);
/* While allocations fail (late.c): a message that is late is not waited for; the next is sent, and
 * the late one's time ends when it is there. */
int messages_with_failures(const struct plan *plan, struct delivered *delivered);
void delivered_free(struct delivered *delivered);

#endif
