// SPDX-License-Identifier: MIT
#include "shrink.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

#define FOLDER "/sys/kernel/slab"

enum { CACHES_MOST = 1000 };

/* All are open before the first is written, and stay so: opening one takes objects of several caches,
 * and closing it gives them back at some later time. */
struct files {
	size_t count;
	int file[CACHES_MOST];
};

static int add(struct files *files, const char *name)
{
	char path[320];
	int file;

	snprintf(path, sizeof(path), FOLDER "/%s/shrink", name);
	file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0 || files->count == CACHES_MOST) {
		say_error("%s cannot be opened: %s", path,
			  file < 0 ? strerror(errno) : "there are too many caches");
		if (file >= 0)
			close(file);
		return -1;
	}
	files->file[files->count++] = file;
	return 0;
}

static int open_all(struct files *files)
{
	DIR *caches = opendir(FOLDER);
	struct dirent *entry;
	int result = 0;

	if (!caches) {
		say_error(FOLDER " cannot be opened: %s", strerror(errno));
		return -1;
	}
	while (!result && (entry = readdir(caches)))
		/* A link is another name of a cache that comes itself. */
		if (entry->d_type == DT_DIR && *entry->d_name != '.')
			result = add(files, entry->d_name);
	closedir(caches);
	/* Last, and so perhaps twice: each write takes an object of it. */
	return result ? result : add(files, "kmalloc-8");
}

int caches_shrink(void)
{
	static struct files files;
	static bool open;

	if (!open && open_all(&files))
		return -1;
	open = true;
	for (size_t i = 0; i < files.count; i++) {
		if (write(files.file[i], "1", 1) != 1) {
			say_error("a slab cache cannot be shrunk: %s", strerror(errno));
			return -1;
		}
	}
	return 0;
}
