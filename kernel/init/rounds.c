// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* pipe2() */
#include "rounds.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"
#include "watchdog.h"

static const char folder[] = "/rounds";
static const char program[] = "/round";
static const char result[] = "/tmp/round";

enum { ERRORS_ROOM = 4096 };

const char *last_line(char *text)
{
	size_t length = strlen(text);
	char *begin;

	while (length && strchr("\n\r ", text[length - 1]))
		text[--length] = '\0';
	begin = strrchr(text, '\n');
	if (!length)
		return "no word";
	return begin ? begin + 1 : text;
}

static void become_round(const char *path, int errors)
{
	static char *const words[] = {"tfmbench_round", "--marked", "--out", (char *)result, NULL};
	static char *const no_environment[] = {NULL};
	int request = open(path, O_RDONLY);

	if (request >= 0 && dup2(request, STDIN_FILENO) >= 0 && dup2(errors, STDERR_FILENO) >= 0)
		execve(program, words, no_environment);
	dprintf(errors, "%s cannot be started with %s: %s\n", program, path, strerror(errno));
	_exit(127);
}

/* What does not fit is dropped, but read. */
static void read_errors(int from, char *text)
{
	char rest[256];
	size_t length = 0;
	ssize_t got = 1;

	while (got > 0 || (got < 0 && errno == EINTR)) {
		size_t room = ERRORS_ROOM - 1 - length;

		got = room ? read(from, text + length, room) : read(from, rest, sizeof(rest));
		if (got > 0 && room)
			length += got;
	}
	text[length] = '\0';
}

static int run_program(const char *path, const char *name)
{
	char errors[ERRORS_ROOM];
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC)) {
		say_error("%s: no pipe: %s", name, strerror(errno));
		return -1;
	}
	child = fork();
	if (child == 0)
		become_round(path, ends[1]);
	close(ends[1]);
	if (child < 0) {
		say_error("%s: no process: %s", name, strerror(errno));
		close(ends[0]);
		return -1;
	}
	read_errors(ends[0], errors);
	close(ends[0]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFSIGNALED(status))
		say_error("%s: ended by signal %d (%s)", name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		say_error("%s", last_line(errors));
	return -1;
}

static void pass_on_result(const char *name)
{
	FILE *file = fopen(result, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	if (!file) {
		say_error("%s: %s cannot be read: %s", name, result, strerror(errno));
		return;
	}
	while ((length = getline(&line, &room, file)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		say_as_it_is(line);
	}
	free(line);
	fclose(file);
	unlink(result);
}

static void run_round(const char *name)
{
	char path[300];
	struct line line;

	doing("the round %s", name);
	line_begin(&line, "round");
	line_text(&line, "file", name);
	line_say(&line);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!run_program(path, name))
		pass_on_result(name);
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

void rounds_task(void)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_file, alphasort);

	if (count < 0) {
		say_error("the folder %s cannot be read: %s", folder, strerror(errno));
		return;
	}
	for (int i = 0; i < count; i++) {
		run_round(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}
