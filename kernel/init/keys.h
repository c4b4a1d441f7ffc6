/* SPDX-License-Identifier: MIT */
/* What a TCP connection is authenticated with, as the word KEYS names it: plain, tcp_md5,
 * tcp_ao:hmac(sha1), … */
#ifndef TFMBENCH_KEYS_H
#define TFMBENCH_KEYS_H

#include <netinet/in.h>

enum key_kind { KEY_PLAIN, KEY_TCP_MD5, KEY_TCP_AO };

struct key {
	enum key_kind kind;
	const char *kind_name;
	char algorithm[64]; /* empty: plain */
};

/* 0, or -1 after an error line. */
int key_parse(const char *word, struct key *key);
/* Gives the socket a key for peers in address/prefix: 0, or -1 with errno. */
int key_set(int socket, const struct key *key, struct in_addr address, int prefix);

#endif
