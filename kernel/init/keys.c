// SPDX-License-Identifier: MIT
#include "keys.h"

#include <linux/tcp.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "say.h"

/* From linux/tcp.h of 6.7; the C library's headers may be older. */
#ifndef TCP_AO_ADD_KEY
#define TCP_AO_ADD_KEY 38
#endif

struct ao_key {
	struct sockaddr_storage address;
	char algorithm[64];
	int32_t interface;
	uint32_t flags;
	uint16_t reserved;
	uint8_t prefix;
	uint8_t send_id;
	uint8_t receive_id;
	uint8_t mac_length; /* 0: the default, 12 bytes */
	uint8_t key_flags;
	uint8_t key_length;
	uint8_t key[80];
} __attribute__((aligned(8)));

static const char secret[] = "0123456789abcdef";

enum { SECRET_BYTES = sizeof(secret) - 1, KEY_ID = 100 };

int key_parse(const char *word, struct key *key)
{
	static const char tcp_ao[] = "tcp_ao:";

	memset(key, 0, sizeof(*key));
	if (!strcmp(word, "plain")) {
		key->kind = KEY_PLAIN;
		key->kind_name = "plain";
		return 0;
	}
	if (!strcmp(word, "tcp_md5")) {
		key->kind = KEY_TCP_MD5;
		key->kind_name = "tcp_md5";
		strcpy(key->algorithm, "md5");
		return 0;
	}
	if (!strncmp(word, tcp_ao, strlen(tcp_ao)) && word[strlen(tcp_ao)] &&
	    strlen(word + strlen(tcp_ao)) < sizeof(key->algorithm)) {
		key->kind = KEY_TCP_AO;
		key->kind_name = "tcp_ao";
		strcpy(key->algorithm, word + strlen(tcp_ao));
		return 0;
	}
	say_error("KEYS: %s is not plain, tcp_md5, or tcp_ao:ALGORITHM", word);
	return -1;
}

static void fill_address(struct sockaddr_storage *storage, struct in_addr address)
{
	struct sockaddr_in peer = {.sin_family = AF_INET, .sin_addr = address};

	memcpy(storage, &peer, sizeof(peer));
}

static int set_md5(int socket, struct in_addr address, int prefix)
{
	struct tcp_md5sig md5 = {.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX,
				 .tcpm_prefixlen = prefix,
				 .tcpm_keylen = SECRET_BYTES};

	fill_address((struct sockaddr_storage *)&md5.tcpm_addr, address);
	memcpy(md5.tcpm_key, secret, SECRET_BYTES);
	return setsockopt(socket, IPPROTO_TCP, TCP_MD5SIG_EXT, &md5, sizeof(md5));
}

static int set_ao(int socket, const char *algorithm, struct in_addr address, int prefix)
{
	struct ao_key ao = {.prefix = prefix,
			    .send_id = KEY_ID,
			    .receive_id = KEY_ID,
			    .key_length = SECRET_BYTES};

	fill_address(&ao.address, address);
	/* TCP_AO_ADD_KEY calls it after RFC 5926. */
	strcpy(ao.algorithm, strcmp(algorithm, "cmac(aes)") ? algorithm : "cmac(aes128)");
	memcpy(ao.key, secret, SECRET_BYTES);
	return setsockopt(socket, IPPROTO_TCP, TCP_AO_ADD_KEY, &ao, sizeof(ao));
}

int key_set(int socket, const struct key *key, struct in_addr address, int prefix)
{
	switch (key->kind) {
	case KEY_TCP_MD5:
		return set_md5(socket, address, prefix);
	case KEY_TCP_AO:
		return set_ao(socket, key->algorithm, address, prefix);
	default:
		return 0;
	}
}
