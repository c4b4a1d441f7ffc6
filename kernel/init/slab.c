// SPDX-License-Identifier: MIT
#include "slab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "shrink.h"

static const char version[] = "slabinfo - version: 2.1\n";

static int add(struct slabs *slabs, const struct slab_cache *cache)
{
	struct slab_cache *grown = realloc(slabs->caches, (slabs->count + 1) * sizeof(*grown));

	if (!grown)
		return -1;
	slabs->caches = grown;
	slabs->caches[slabs->count++] = *cache;
	return 0;
}

static int read_rows(FILE *file, const char *path, struct slabs *slabs)
{
	char row[512];
	long number = 1;

	if (!fgets(row, sizeof(row), file) || strcmp(row, version)) {
		say_error("%s does not begin with \"%.*s\"", path, (int)sizeof(version) - 2, version);
		return -1;
	}
	while (fgets(row, sizeof(row), file)) {
		struct slab_cache cache;

		number++;
		if (*row == '#')
			continue;
		if (!strchr(row, '\n') ||
		    sscanf(row, "%63s %lld %lld %lld", cache.name, &cache.active, &cache.total,
			   &cache.size) != 4 ||
		    cache.active < 0 || cache.total < cache.active || cache.size <= 0) {
			say_error("%s, line %ld, is not a slab cache: %.60s", path, number, row);
			return -1;
		}
		if (add(slabs, &cache)) {
			say_error("%s, line %ld: no memory", path, number);
			return -1;
		}
	}
	if (ferror(file)) {
		say_error("%s cannot be read: %s", path, strerror(errno));
		return -1;
	}
	if (!slabs->count) {
		say_error("%s has no slab cache", path);
		return -1;
	}
	return 0;
}

static int read_file(FILE *file, const char *path, struct slabs *slabs)
{
	int result;

	memset(slabs, 0, sizeof(*slabs));
	if (!file) {
		say_error("%s cannot be opened: %s", path, strerror(errno));
		return -1;
	}
	result = read_rows(file, path, slabs);
	fclose(file);
	if (result)
		slabs_free(slabs);
	return result;
}

int slabs_read(const char *path, struct slabs *slabs)
{
	return read_file(fopen(path, "re"), path, slabs);
}

int slabs_now(struct slabs *slabs)
{
	static const char path[] = "/proc/slabinfo";
	FILE *file = fopen(path, "re"); /* after the caches are shrunk it would take from them again */

	if (!file || !caches_shrink())
		return read_file(file, path, slabs);
	fclose(file);
	memset(slabs, 0, sizeof(*slabs));
	return -1;
}

void slabs_free(struct slabs *slabs)
{
	free(slabs->caches);
	memset(slabs, 0, sizeof(*slabs));
}

static const struct slab_cache *find(const struct slabs *slabs, const char *name)
{
	for (size_t i = 0; i < slabs->count; i++)
		if (!strcmp(slabs->caches[i].name, name))
			return &slabs->caches[i];
	return NULL;
}

void slabs_say_growth(const char *what, const char *algorithm, long sockets,
		      const struct slabs *earlier, const struct slabs *later)
{
	long long active_bytes = 0, total_bytes = 0;
	struct line line;

	line_begin(&line, "slab");
	line_text(&line, "what", what);
	if (algorithm)
		line_text(&line, "algorithm", algorithm);
	else
		line_null(&line, "algorithm");
	line_integer(&line, "sockets", sockets);
	line_object(&line, "objects");
	for (size_t i = 0; i < later->count; i++) {
		const struct slab_cache *cache = &later->caches[i];
		const struct slab_cache *before = find(earlier, cache->name);
		long long active = cache->active - (before ? before->active : 0);
		long long total = cache->total - (before ? before->total : 0);

		active_bytes += active * cache->size;
		total_bytes += total * cache->size;
		if (active)
			line_integer(&line, cache->name, active);
	}
	line_object_end(&line);
	line_integer(&line, "active_bytes", active_bytes);
	line_integer(&line, "total_bytes", total_bytes);
	line_say(&line);
}
