// SPDX-License-Identifier: MIT
#include "kernel_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "say.h"

enum {
	CONSOLE_LEVEL = 8,  /* syslog(2): set the console's level */
	EMERGENCIES = 1,    /* a panic is still shown */
	LEVEL_MASK = 7,
	LEVEL_WARNING = 4,
	RECORD_ROOM = 8192, /* the kernel's longest record is shorter */
};

static int log_file = -1;

void kernel_log_open(void)
{
	if (klogctl(CONSOLE_LEVEL, NULL, EMERGENCIES) < 0)
		say_error("the console's level cannot be set: %s", strerror(errno));
	if (mknod("/dev/kmsg", S_IFCHR | 0600, makedev(1, 11)) && errno != EEXIST)
		say_error("/dev/kmsg cannot be made: %s", strerror(errno));
	log_file = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_file < 0 || lseek(log_file, 0, SEEK_END) < 0)
		say_error("/dev/kmsg cannot be read: %s", strerror(errno));
}

/* The log has bytes that are not printed, and the backslash, as \xNN. */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		char digits[3] = "";

		if (text[0] == '\\' && text[1] == 'x') {
			strncat(digits, text + 2, 2);
			if (strlen(digits) == 2 && strspn(digits, "0123456789abcdefABCDEF") == 2) {
				*to++ = strtol(digits, NULL, 16);
				text += 4;
				continue;
			}
		}
		*to++ = *text++;
	}
	*to = '\0';
}

void kernel_log_say(char *record)
{
	char *text = strchr(record, ';');
	char *ours;

	if (!text) {
		say_error("a record of /dev/kmsg has no text: %.80s", record);
		return;
	}
	*text++ = '\0';
	text[strcspn(text, "\n")] = '\0'; /* dictionary lines follow */
	unescape(text);
	ours = strstr(text, "@@{");
	if (ours)
		say_as_it_is(ours);
	else if (strstr(text, "BUG:") || strstr(text, "WARNING:") || strstr(text, "Oops") ||
		 strstr(text, "general protection fault"))
		say_error("the kernel says: %s", text);
	else if ((atoi(record) & LEVEL_MASK) <= LEVEL_WARNING)
		say_noise(text);
}

void kernel_log_pass_on(void)
{
	static char record[RECORD_ROOM];

	if (log_file < 0)
		return; /* said when it was opened */
	for (;;) {
		ssize_t length = read(log_file, record, sizeof(record) - 1);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0 && errno == EAGAIN)
			return;
		if (length < 0 && errno == EPIPE) {
			say_error("lines of the kernel's log were lost: it was full before they were read");
			continue;
		}
		if (length <= 0) {
			say_error("/dev/kmsg cannot be read: %s", length ? strerror(errno) : "it ended");
			return;
		}
		record[length] = '\0';
		kernel_log_say(record);
	}
}
