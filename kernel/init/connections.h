/* SPDX-License-Identifier: MIT */
/* TCP connections over loopback, each from an address of its own. */
#ifndef TFMBENCH_CONNECTIONS_H
#define TFMBENCH_CONNECTIONS_H

#include "keys.h"

struct connections {
	long count;
	int listener;
	int *client;
	int *server;
};

/* 0, or -1 after an error line; then none is open. */
int connections_open(struct connections *connections, const struct key *key, long count);
void connections_close(struct connections *connections);

#endif
