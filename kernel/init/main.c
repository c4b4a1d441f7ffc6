// SPDX-License-Identifier: MIT
/*
 * The first process of a lane's machine: it loads modules, does the tasks that the word DO names, and
 * switches the machine off. What it is asked for are words on the kernel's command
 * line:
 *
 *   DO=count,time,faults,hold,sockets,sockets_faults,rounds
 *   SETTLE=0         seconds before anything
 *   LIMIT=300        seconds that one step may take
 *   ALGORITHMS=hmac(sha1),hmac(sha256),cmac(aes),md5
 *   SOCKETS=1000     of the module; the connections of sockets and sockets_faults
 *   BYTES=64,512,1440
 *   ROUNDS=N         time: 31; faults: 20; sockets: 5
 *   POLLUTE_KIB=4096 walked before a cold turn
 *   PERCENT=0.1,1,10 failslab's; sockets_faults: 0.1,1
 *   FORMS=STRATEGY/FORM,…   hold
 *   KEYS=plain,tcp_md5,tcp_ao:hmac(sha1),…   sockets
 *   MARKS=0          sockets: 1 puts marks for the plugin around the loop of messages, and times none
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "kernel_log.h"
#include "machine.h"
#include "modules.h"
#include "rounds.h"
#include "say.h"
#include "sockets.h"
#include "strategies.h"
#include "watchdog.h"
#include "words.h"

static const struct {
	const char *name;
	void (*run)(void);
} tasks[] = {
	{"count", count_task},	 {"time", time_task},	    {"faults", faults_task},
	{"hold", hold_task},	 {"sockets", sockets_task}, {"sockets_faults", sockets_faults_task},
	{"rounds", rounds_task},
};

static void run(const char *name)
{
	for (size_t i = 0; i < sizeof(tasks) / sizeof(*tasks); i++) {
		if (strcmp(tasks[i].name, name))
			continue;
		tasks[i].run();
		kernel_log_pass_on();
		return;
	}
	say_error("DO: %s is no task", name);
}

static void settle(void)
{
	struct timespec left = {.tv_sec = word_number("SETTLE", 0, 0, 60)};

	doing("letting the kernel settle");
	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

int main(void)
{
	struct words todo;

	machine_prepare();
	kernel_log_open();
	watchdog_start(word_number("LIMIT", 300, 1, 86400));
	modules_load_first();
	settle();
	machine_say_boot();
	if (!word_list("DO", "", &todo))
		for (size_t i = 0; i < todo.count; i++)
			run(todo.text[i]);
	machine_say_done();
	machine_off();
}
