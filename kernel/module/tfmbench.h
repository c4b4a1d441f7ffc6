/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tfmbench.ko: what it costs who owns a transform, a request and scratch, in a real kernel.
 * These are the types that its files share.
 */
#ifndef TFMBENCH_H
#define TFMBENCH_H

#include <linux/bits.h>
#include <linux/mempool.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <crypto/aead.h>
#include <crypto/hash.h>

#include "compat.h"
#include "marks.h"

struct sk_buff;

#define TFM_MAX_BYTES		1440	/* of data in a segment */
#define TFM_MAX_SIZES		8
#define TFM_MAX_KEY_BYTES	32
#define TFM_MAX_MAC_BYTES	32
#define TFM_SCRATCH_BYTES	64	/* for the largest copy, a TCP header of 60 */
#define TFM_COMPARED_SOCKETS	64	/* their MACs are held against the first cell's */
#define TFM_MEMPOOL_PIECES	4	/* as the model's reserve */

enum tfm_algorithm_id {
	TFM_HMAC_SHA1,
	TFM_HMAC_SHA256,
	TFM_CMAC_AES,
	TFM_MD5,
	TFM_GCM_AES,
};

#define TFM_KEYED_MACS	(BIT(TFM_HMAC_SHA1) | BIT(TFM_HMAC_SHA256) | BIT(TFM_CMAC_AES))
#define TFM_MACS	(TFM_KEYED_MACS | BIT(TFM_MD5))
#define TFM_AEADS	BIT(TFM_GCM_AES)

struct tfm_algorithm {
	const char *name;
	enum tfm_algorithm_id id;
	unsigned int key_bytes;
	unsigned int mac_bytes;
	bool keyed;		/* a transform is given the key; md5 hashes it after the message */
};

const struct tfm_algorithm *tfm_algorithm_named(const char *name);

/* What all packets have in common. The rest is in their skbs: packet.h, for gcm(aes) esp.h. */
struct tfm_segment {
	u32 sne;
	__be32 saddr, daddr;
	unsigned int header_bytes;
};

void tfm_key_of(u32 socket, u8 *key, unsigned int bytes);

/* What a CPU has of the parts that a cell shares. */
struct tfm_cpu {
	struct crypto_ahash *ahash;
	struct ahash_request *request;
	struct crypto_shash *shash;
	struct crypto_aead *aead;
	struct aead_request *aead_request;
	void *keyed;		/* a library's context with its key */
	u8 __rcu *scratch;
};

/* What the sockets of a cell share. */
struct tfm_shared {
	struct tfm_cpu __percpu *cpu;
	struct crypto_ahash *ahash;
	struct crypto_shash *shash;
	struct crypto_aead *aead;
	mempool_t *pieces;
	int sigpool;		/* -1: none */
	size_t piece_bytes;	/* of a request and its scratch in one piece */
	size_t scratch_bytes;
};

/* Which of these parts a cell has. */
#define TFM_SHARED_AHASH	BIT(0)	/* one for all, without a key */
#define TFM_SHARED_SHASH	BIT(1)
#define TFM_SHARED_AEAD		BIT(2)
#define TFM_CPU_AHASH		BIT(3)
#define TFM_CPU_REQUEST		BIT(4)
#define TFM_CPU_SHASH		BIT(5)
#define TFM_CPU_AEAD		BIT(6)
#define TFM_CPU_AEAD_REQUEST	BIT(7)
#define TFM_CPU_KEYED		BIT(8)
#define TFM_CPU_SCRATCH		BIT(9)
#define TFM_MEMPOOL		BIT(10)
#define TFM_SIGPOOL		BIT(11)
#define TFM_MD5SIG_POOL		BIT(12)
#define TFM_FIRST_KEY		BIT(13)	/* CPUs' transforms keep the key of the first socket */

/* What a socket of a cell keeps: sockets[i] points to it. */
enum tfm_socket_kind {
	TFM_SOCKET_RAW,		/* u8[]: the raw key */
	TFM_SOCKET_AHASH,	/* struct tfm_ahash_socket */
	TFM_SOCKET_SHASH,	/* struct tfm_shash_socket */
	TFM_SOCKET_AEAD,	/* struct tfm_aead_socket */
	TFM_SOCKET_PREPARED,	/* a library's prepared key; md5: the raw key */
};

/*
 * A transform that was given the key. One for all sockets if the algorithm takes none: then `key`
 * holds the raw one.
 */
struct tfm_ahash_socket {
	struct crypto_ahash *ahash;
	u8 key[];
};

struct tfm_shash_socket {
	struct crypto_shash *shash;
	u8 key[];
};

struct tfm_aead_socket {
	struct crypto_aead *aead;
};

/* One packet for each of `packets` sockets, in `order`: skbs[i] is that of sockets[i]. */
struct tfm_turn {
	const struct tfm_algorithm *algorithm;
	const struct tfm_segment *segment;
	const struct tfm_shared *shared;
	void **sockets;
	struct sk_buff **skbs;
	const u32 *order;
	unsigned int packets;
	u8 *mac;		/* gcm(aes) leaves its ICV behind the packet instead */
	struct crypto_wait *late;
};

/* Returns how many operations failed. */
typedef unsigned int (*tfm_turn_fn)(const struct tfm_turn *turn);

/* A strategy in the form that one part of the kernel gives it. */
struct tfm_cell {
	const char *strategy;
	const char *form;
	unsigned int algorithms;	/* bits of enum tfm_algorithm_id */
	unsigned int parts;
	enum tfm_socket_kind socket;
	bool no_digest;			/* what it computes is not the socket's MAC */
	tfm_turn_fn plain;
	tfm_turn_fn marked;
};

/* A cell whose sockets are open. */
struct tfm_open {
	const struct tfm_cell *cell;
	const struct tfm_algorithm *algorithm;
	struct tfm_shared shared;
	struct tfm_turn turn;
	unsigned int sockets;
};

/* What one load of the module was asked for. */
struct tfm_run {
	const struct tfm_algorithm *algorithm;
	unsigned int sockets;
	unsigned int rounds;
	unsigned int pollute_kib;
	const unsigned int *bytes;
	unsigned int sizes;
	bool phases;			/* false: turns are counted without marks inside */
	const struct tfm_cell *only;	/* NULL: all cells */
	bool may_fail;			/* allocations are refused on purpose */
	struct tfm_segment segment;
	struct sk_buff **skbs;
	unsigned int packets;		/* of which there is an skb */
	u32 *order;
	u8 *mac;
	struct crypto_wait *late;
	const char *driver;
	bool setkey_sleeps;		/* gcm's template: keys are for the slow path */
	unsigned int request_bytes;
};

/* All cells of this kernel, in the order of turns. */
const struct tfm_cell *tfm_cell_at(unsigned int i);
const struct tfm_cell *tfm_cell_named(const char *name, const struct tfm_run *run);
bool tfm_cell_runs(const struct tfm_cell *cell, const struct tfm_run *run);
bool tfm_cell_asked(const struct tfm_cell *cell, const struct tfm_run *run);

int tfm_packets_alloc(struct tfm_run *run, unsigned int packets);
void tfm_packets_free(struct tfm_run *run);
void tfm_packets_fill(const struct tfm_run *run, unsigned int bytes);
void tfm_packet_fill(const struct tfm_run *run, unsigned int socket, unsigned int bytes);

int tfm_open(struct tfm_open *open, const struct tfm_cell *cell, struct tfm_run *run);
void tfm_close(struct tfm_open *open);
int tfm_open_shared(struct tfm_open *open);
void tfm_close_shared(struct tfm_open *open);
int tfm_open_socket(struct tfm_open *open, unsigned int i);
void tfm_close_socket(struct tfm_open *open, unsigned int i);

int tfm_check(struct tfm_open *open, struct tfm_run *run);
const u8 *tfm_known_answer(enum tfm_algorithm_id id, unsigned int bytes, unsigned int socket);

/* An operation is still under way: nothing is freed any more. */
void tfm_strand(void);
bool tfm_stranded(void);

int tfm_check_decrypted(struct tfm_run *run, u32 socket);

int tfm_count(struct tfm_run *run);
int tfm_time(struct tfm_run *run);
int tfm_faults(struct tfm_run *run);

#endif
