// SPDX-License-Identifier: MIT
#include "modules.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kernel_log.h"
#include "say.h"
#include "watchdog.h"

static int load(const char *path, const char *parameters)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	int result, error;

	if (file < 0) {
		say_error("%s cannot be opened: %s", path, strerror(errno));
		return -1;
	}
	doing("loading %s %s", path, parameters);
	result = syscall(SYS_finit_module, file, parameters, 0);
	error = errno;
	doing("after loading %s %s", path, parameters);
	close(file);
	kernel_log_pass_on();
	if (result) {
		say_error("%s cannot be loaded%s%s: %s", path, *parameters ? " with " : "", parameters,
			  strerror(error));
		return -1;
	}
	return 0;
}

static int comes_first(const struct dirent *entry)
{
	return fnmatch("pre[0-9][0-9]-*.ko", entry->d_name, 0) == 0;
}

void modules_load_first(void)
{
	struct dirent **entries;
	int count = scandir("/", &entries, comes_first, alphasort);

	if (count < 0) {
		say_error("the folder / cannot be read: %s", strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		char path[300];

		snprintf(path, sizeof(path), "/%s", entries[i]->d_name);
		load(path, "");
		free(entries[i]);
	}
	free(entries);
}

int tfmbench_load(const char *format, ...)
{
	char parameters[512];
	va_list values;
	int length;

	va_start(values, format);
	length = vsnprintf(parameters, sizeof(parameters), format, values);
	va_end(values);
	if (length < 0 || (size_t)length >= sizeof(parameters)) {
		say_error("the module's parameters are longer than %zu characters: %.80s…",
			  sizeof(parameters) - 1, parameters);
		return -1;
	}
	return load("/tfmbench.ko", parameters);
}

void tfmbench_unload(void)
{
	doing("unloading tfmbench");
	if (syscall(SYS_delete_module, "tfmbench", O_NONBLOCK))
		say_error("the module tfmbench cannot be unloaded: %s", strerror(errno));
	kernel_log_pass_on();
}
