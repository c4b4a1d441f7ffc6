// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* accept4() */
#include "connections.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "say.h"

enum {
	PORT = 7000,
	BACKLOG = 4096,
	/* A message of 1,440 bytes is one segment, with timestamps and with any key's option. */
	SEGMENT_MOST = 1500,
	FIRST_CLIENT = 0x7f010000, /* 127.1.0.0 */
	ALL_CLIENTS_PREFIX = 8,
	ONE_HOST_PREFIX = 32,
};

static struct in_addr host(uint32_t address)
{
	return (struct in_addr){.s_addr = htonl(address)};
}

static const char *failed(const char *call)
{
	static char words[120];

	strcpy(words, call);
	strcat(words, ": ");
	return strncat(words, strerror(errno), 60);
}

static int new_socket(void)
{
	int on = 1, most = SEGMENT_MOST;
	int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (made >= 0 && (setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
			  setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) ||
			  setsockopt(made, IPPROTO_TCP, TCP_MAXSEG, &most, sizeof(most)))) {
		close(made);
		return -1;
	}
	return made;
}

/* These return what failed, or NULL. */
static const char *open_listener(struct connections *connections, const struct key *key)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(PORT),
				      .sin_addr = host(INADDR_LOOPBACK)};

	connections->listener = new_socket();
	if (connections->listener < 0)
		return failed("socket");
	if (bind(connections->listener, (struct sockaddr *)&address, sizeof(address)))
		return failed("bind");
	if (key_set(connections->listener, key, host(0x7f000000), ALL_CLIENTS_PREFIX))
		return failed("the listener's key");
	if (listen(connections->listener, BACKLOG))
		return failed("listen");
	return NULL;
}

static const char *open_one(struct connections *connections, const struct key *key, long i)
{
	struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr = host(FIRST_CLIENT + i)};
	struct sockaddr_in peer = {.sin_family = AF_INET,
				   .sin_port = htons(PORT),
				   .sin_addr = host(INADDR_LOOPBACK)};
	int client = new_socket();

	connections->client[i] = client;
	if (client < 0)
		return failed("socket");
	if (bind(client, (struct sockaddr *)&own, sizeof(own)))
		return failed("bind");
	if (key_set(client, key, peer.sin_addr, ONE_HOST_PREFIX))
		return failed("the client's key");
	if (connect(client, (struct sockaddr *)&peer, sizeof(peer)))
		return failed("connect");
	connections->server[i] = accept4(connections->listener, NULL, NULL, SOCK_CLOEXEC);
	if (connections->server[i] < 0)
		return failed("accept");
	if (setsockopt(connections->server[i], IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)))
		return failed("TCP_NODELAY");
	return NULL;
}

int connections_open(struct connections *connections, const struct key *key, long count)
{
	const char *wrong;

	memset(connections, 0, sizeof(*connections));
	connections->listener = -1;
	connections->client = malloc(count * sizeof(int));
	connections->server = malloc(count * sizeof(int));
	if (!connections->client || !connections->server) {
		say_error("%ld connections: no memory", count);
		connections_close(connections);
		return -1;
	}
	wrong = open_listener(connections, key);
	while (!wrong && connections->count < count) {
		long i = connections->count++;

		connections->client[i] = connections->server[i] = -1;
		wrong = open_one(connections, key, i);
	}
	if (!wrong)
		return 0;
	say_error("%s%s%s, connection %ld: %s", key->kind_name, *key->algorithm ? ":" : "",
		  key->algorithm, connections->count, wrong);
	connections_close(connections);
	return -1;
}

void connections_close(struct connections *connections)
{
	/* Reset: nothing of them waits for its end while the next ones are measured. */
	struct linger reset = {.l_onoff = 1};

	for (long i = 0; i < connections->count; i++) {
		int ends[] = {connections->client[i], connections->server[i]};

		for (int j = 0; j < 2; j++) {
			if (ends[j] < 0)
				continue;
			if (setsockopt(ends[j], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) ||
			    close(ends[j]))
				say_error("closing connection %ld: %s", i, strerror(errno));
		}
	}
	if (connections->listener >= 0)
		close(connections->listener);
	free(connections->client);
	free(connections->server);
	memset(connections, 0, sizeof(*connections));
	connections->listener = -1;
}
