// SPDX-License-Identifier: MIT
#include "strategies.h"

#include "failslab.h"
#include "modules.h"
#include "say.h"
#include "slab.h"
#include "watchdog.h"
#include "words.h"

enum { SOCKETS_MOST = 1000000, PERCENTS_MOST = 8 };

static const char all_algorithms[] = "hmac(sha1),hmac(sha256),cmac(aes),md5";

static long sockets(void)
{
	return word_number("SOCKETS", 1000, 1, SOCKETS_MOST);
}

static const char *bytes(void)
{
	return word("BYTES", "64,512,1440");
}

static void for_each_algorithm(void (*task)(const char *algorithm))
{
	struct words algorithms;

	if (word_list("ALGORITHMS", all_algorithms, &algorithms))
		return;
	for (size_t i = 0; i < algorithms.count; i++)
		task(algorithms.text[i]);
}

static void count(const char *algorithm)
{
	if (!tfmbench_load("mode=count algorithm=%s sockets=%ld bytes=%s", algorithm, sockets(),
			   bytes()))
		tfmbench_unload();
}

static void time_turns(const char *algorithm)
{
	if (!tfmbench_load("mode=time algorithm=%s sockets=%ld bytes=%s rounds=%ld pollute_kib=%ld",
			   algorithm, sockets(), bytes(), word_number("ROUNDS", 31, 1, 100),
			   word_number("POLLUTE_KIB", 4096, 0, 1 << 20)))
		tfmbench_unload();
}

static void faults_at(const char *algorithm, double percent)
{
	struct line line;
	int failed;

	if (failslab_set(percent, FAILSLAB_MARKED)) {
		failslab_off();
		return;
	}
	line_begin(&line, "faulted");
	line_number(&line, "percent", percent);
	line_text(&line, "algorithm", algorithm);
	line_say(&line);
	failed = tfmbench_load("mode=faults algorithm=%s sockets=%ld rounds=%ld", algorithm, sockets(),
			       word_number("ROUNDS", 20, 1, 1000));
	failslab_off();
	if (!failed)
		tfmbench_unload();
}

static void faults(const char *algorithm)
{
	double percents[PERCENTS_MOST];
	size_t most = PERCENTS_MOST, percents_count;

	if (word_numbers("PERCENT", "0.1,1,10", percents, most, &percents_count))
		return;
	for (size_t i = 0; i < percents_count; i++)
		faults_at(algorithm, percents[i]);
}

static void hold_form(const char *algorithm, const char *form)
{
	struct slabs closed, open;

	doing("reading slabinfo before %s, %s", form, algorithm);
	if (slabs_now(&closed))
		return;
	if (!tfmbench_load("mode=hold algorithm=%s sockets=%ld form=%s", algorithm, sockets(), form)) {
		doing("reading slabinfo with %s, %s", form, algorithm);
		if (!slabs_now(&open)) {
			slabs_say_growth(form, algorithm, sockets(), &closed, &open);
			slabs_free(&open);
		}
		tfmbench_unload();
	}
	slabs_free(&closed);
}

static void hold(const char *algorithm)
{
	struct words forms;

	if (word_list("FORMS", "null/none,per_socket_tfm/ahash", &forms))
		return;
	for (size_t i = 0; i < forms.count; i++)
		hold_form(algorithm, forms.text[i]);
}

void count_task(void)
{
	for_each_algorithm(count);
}

void time_task(void)
{
	for_each_algorithm(time_turns);
}

void faults_task(void)
{
	for_each_algorithm(faults);
}

void hold_task(void)
{
	for_each_algorithm(hold);
}
