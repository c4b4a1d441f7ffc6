// SPDX-License-Identifier: MIT
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

enum { MOST_FILES = 65536 };

static void mount_at(const char *path, const char *type)
{
	if (mkdir(path, 0755) && errno != EEXIST)
		say_error("%s cannot be made: %s", path, strerror(errno));
	if (mount(type, path, type, 0, NULL))
		say_error("%s cannot be mounted at %s: %s", type, path, strerror(errno));
}

static void loopback_up(void)
{
	struct ifreq request = {.ifr_name = "lo"};
	int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (any < 0 || ioctl(any, SIOCGIFFLAGS, &request)) {
		say_error("the loopback interface cannot be read: %s", strerror(errno));
	} else {
		request.ifr_flags |= IFF_UP;
		if (ioctl(any, SIOCSIFFLAGS, &request))
			say_error("the loopback interface cannot be set up: %s", strerror(errno));
	}
	if (any >= 0)
		close(any);
}

void machine_prepare(void)
{
	struct rlimit files = {MOST_FILES, MOST_FILES};

	if (mkdir("/dev", 0755) && errno != EEXIST)
		say_error("/dev cannot be made: %s", strerror(errno));
	mount_at("/proc", "proc");
	mount_at("/sys", "sysfs");
	if (setrlimit(RLIMIT_NOFILE, &files))
		say_error("%d open files cannot be had: %s", MOST_FILES, strerror(errno));
	loopback_up();
}

static long long uptime_ms(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

void machine_say_boot(void)
{
	struct utsname names;
	struct line line;

	if (uname(&names)) {
		say_error("the kernel's release cannot be read: %s", strerror(errno));
		return;
	}
	line_begin(&line, "boot");
	line_text(&line, "release", names.release);
	line_integer(&line, "cpus", sysconf(_SC_NPROCESSORS_ONLN));
	line_integer(&line, "uptime_ms", uptime_ms());
	line_say(&line);
}

void machine_say_done(void)
{
	struct line line;

	line_begin(&line, "done");
	line_integer(&line, "uptime_ms", uptime_ms());
	line_say(&line);
}

int machine_write(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (file < 0) {
		say_error("%s cannot be opened: %s", path, strerror(errno));
		return -1;
	}
	written = write(file, text, strlen(text));
	if (written != (ssize_t)strlen(text))
		say_error("%s does not take %s: %s", path, text,
			  written < 0 ? strerror(errno) : "it takes a part");
	close(file);
	return written == (ssize_t)strlen(text) ? 0 : -1;
}

void machine_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	say_error("the machine cannot be switched off: %s", strerror(errno));
	for (;;)
		pause();
}
