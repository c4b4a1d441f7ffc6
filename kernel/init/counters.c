// SPDX-License-Identifier: MIT
#include "counters.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

enum { ROW_ROOM = 8192 };

/* 1 and the value if the pair of rows has the name, 0 if not, -1 if it is broken. */
static int find_in_pair(char *names, char *values, const char *name, long long *value)
{
	char *names_left, *values_left, *end;
	char *next_name = strtok_r(names, " \n", &names_left);
	char *next_value = strtok_r(values, " \n", &values_left);
	int found = 0;

	if (!next_name || !next_value || strcmp(next_name, next_value))
		return -1;
	for (;;) {
		next_name = strtok_r(NULL, " \n", &names_left);
		next_value = strtok_r(NULL, " \n", &values_left);
		if (!next_name || !next_value)
			return next_name || next_value ? -1 : found;
		if (strcmp(next_name, name))
			continue;
		errno = 0;
		*value = strtoll(next_value, &end, 10);
		if (errno || *end)
			return -1;
		found = 1;
	}
}

static int find_in_file(FILE *file, const char *path, const char *group, const char *name,
			long long *value)
{
	char names[ROW_ROOM], values[ROW_ROOM];
	size_t length = strlen(group);

	while (fgets(names, sizeof(names), file)) {
		int found;

		if (!strchr(names, '\n') || !fgets(values, sizeof(values), file) ||
		    !strchr(values, '\n')) {
			say_error("%s has a line that is cut, or a line of names without one of values: %.40s",
				  path, names);
			return -1;
		}
		if (strncmp(names, group, length) || names[length] != ':')
			continue;
		found = find_in_pair(names, values, name, value);
		if (found < 0)
			say_error("%s: the values of %s do not fit its names", path, group);
		return found;
	}
	if (ferror(file)) {
		say_error("%s cannot be read: %s", path, strerror(errno));
		return -1;
	}
	return 0;
}

int counter_read(const char *path, const char *group, const char *name, long long if_absent,
		 long long *value)
{
	FILE *file = fopen(path, "re");
	int found;

	if (!file) {
		say_error("%s cannot be opened: %s", path, strerror(errno));
		return -1;
	}
	found = find_in_file(file, path, group, name, value);
	fclose(file);
	if (found < 0)
		return -1;
	if (!found && if_absent < 0) {
		say_error("%s has no counter %s of %s", path, name, group);
		return -1;
	}
	if (!found)
		*value = if_absent;
	return 0;
}

int counters_now(struct counters *counters)
{
	static const char snmp[] = "/proc/net/snmp", netstat[] = "/proc/net/netstat";
	long long md5_failed, ao_failed;

	if (counter_read(snmp, "Tcp", "OutSegs", -1, &counters->segments) ||
	    counter_read(snmp, "Tcp", "RetransSegs", -1, &counters->retransmits) ||
	    counter_read(netstat, "TcpExt", "TCPMD5Failure", 0, &md5_failed) ||
	    counter_read(netstat, "TcpExt", "TCPAOBad", 0, &ao_failed))
		return -1;
	counters->failed = md5_failed + ao_failed;
	return 0;
}
