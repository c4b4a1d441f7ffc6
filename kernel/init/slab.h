/* SPDX-License-Identifier: MIT */
/* What the kernel's slab caches hold, and how much more they hold later. */
#ifndef TFMBENCH_SLAB_H
#define TFMBENCH_SLAB_H

#include <stddef.h>

struct slab_cache {
	char name[64];
	long long active; /* objects */
	long long total;
	long long size; /* bytes of an object */
};

struct slabs {
	struct slab_cache *caches;
	size_t count;
};

/* Reads a file as /proc/slabinfo: 0, or -1 after an error line; then there are no caches. */
int slabs_read(const char *path, struct slabs *slabs);
/* The same, of the running kernel, once its caches are shrunk (shrink.h). */
int slabs_now(struct slabs *slabs);
void slabs_free(struct slabs *slabs);
/* {"slab":{"what":…,"algorithm":…,"sockets":…,…}}: what later has more than earlier. */
void slabs_say_growth(const char *what, const char *algorithm, long sockets,
		      const struct slabs *earlier, const struct slabs *later);

#endif
