// SPDX-License-Identifier: GPL-2.0
/*
 * tfmbench.ko: reads what it is asked, checks the MACs, and counts, times or holds.
 *
 * Loading it does all the work. README.md lists the parameters and what is printed.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "order.h"
#include "report.h"

#define MAX_SOCKETS 1000000
#define MAX_ROUNDS 10000

static char *algorithm = "hmac(sha1)";
module_param(algorithm, charp, 0444);
MODULE_PARM_DESC(algorithm, "hmac(sha1), hmac(sha256), cmac(aes), md5 or gcm(aes)");

static char *mode = "count";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "count, time, faults or hold");

static unsigned int sockets = 1000;
module_param(sockets, uint, 0444);
MODULE_PARM_DESC(sockets, "sockets that each cell opens; a turn is a packet of each");

static unsigned int bytes[TFM_MAX_SIZES] = { 64, 92, 512, 1440 };
static unsigned int sizes = 3;
module_param_array(bytes, uint, &sizes, 0444);
MODULE_PARM_DESC(bytes, "sizes of the segments' data; mode=faults takes the first");

static unsigned int rounds = 31;
module_param(rounds, uint, 0444);
MODULE_PARM_DESC(rounds, "mode=time: turns of each cell, size and cache; mode=faults: turns");

static unsigned int pollute_kib = 4096;
module_param(pollute_kib, uint, 0444);
MODULE_PARM_DESC(pollute_kib, "mode=time: KiB walked through before a cold turn; 0: no cold turns");

static char *form = "";
module_param(form, charp, 0444);
MODULE_PARM_DESC(form, "STRATEGY/FORM of the one cell to run; mode=hold needs it");

static bool phases = true;
module_param(phases, bool, 0444);
MODULE_PARM_DESC(phases, "mode=count: marks inside a turn; without them all is `other`");

static struct tfm_run run;
static struct tfm_open held;	/* mode=hold */

/* The first cell's names and sizes stand for all: they share the algorithm. */
static int describe(void)
{
	struct crypto_ahash *ahash;
	struct crypto_aead *aead;
	static char driver[CRYPTO_MAX_ALG_NAME];

	run.driver = driver;
	if (run.algorithm->id == TFM_GCM_AES) {
		aead = crypto_alloc_aead(run.algorithm->name, 0, 0);
		if (IS_ERR(aead))
			return PTR_ERR(aead);
		strscpy(driver, crypto_tfm_alg_driver_name(crypto_aead_tfm(aead)), sizeof(driver));
		run.request_bytes = sizeof(struct aead_request) + crypto_aead_reqsize(aead);
		run.setkey_sleeps = !strncmp(driver, "gcm_base(", strlen("gcm_base("));
		crypto_free_aead(aead);
		return 0;
	}
	ahash = crypto_alloc_ahash(run.algorithm->name, 0, CRYPTO_ALG_ASYNC);
	if (IS_ERR(ahash))
		return PTR_ERR(ahash);
	strscpy(driver, crypto_ahash_driver_name(ahash), sizeof(driver));
	run.request_bytes = sizeof(struct ahash_request) + crypto_ahash_reqsize(ahash);
	crypto_free_ahash(ahash);
	return 0;
}

static int read_parameters(void)
{
	unsigned int i;

	run.algorithm = tfm_algorithm_named(algorithm);
	if (!run.algorithm) {
		tfm_error(NULL, "algorithm=%s: none of hmac(sha1), hmac(sha256), cmac(aes), md5, gcm(aes)",
			  algorithm);
		return -EINVAL;
	}
	if (!sockets || sockets > MAX_SOCKETS || !rounds || rounds > MAX_ROUNDS) {
		tfm_error(NULL, "sockets=%u rounds=%u: 1 to %u and 1 to %u", sockets, rounds,
			  MAX_SOCKETS, MAX_ROUNDS);
		return -EINVAL;
	}
	for (i = 0; i < sizes; i++)
		if (!bytes[i] || bytes[i] > TFM_MAX_BYTES) {
			tfm_error(NULL, "bytes=%u: 1 to %u", bytes[i], TFM_MAX_BYTES);
			return -EINVAL;
		}
	run.sockets = sockets;
	run.rounds = rounds;
	run.pollute_kib = pollute_kib;
	run.bytes = bytes;
	run.sizes = sizes;
	run.phases = phases;
	run.may_fail = !strcmp(mode, "faults");
	return 0;
}

/* After describe(): which cells there are depends on the driver. */
static int read_form(void)
{
	if (!*form) {
		if (strcmp(mode, "hold"))
			return 0;
		tfm_error(NULL, "mode=hold: form=STRATEGY/FORM says what to keep");
		return -EINVAL;
	}
	run.only = tfm_cell_named(form, &run);
	if (run.only)
		return 0;
	tfm_error(NULL, "form=%s: no such cell with %s in this kernel", form, run.algorithm->name);
	return -EINVAL;
}

static int allocate(void)
{
	struct tfm_random random = TFM_RANDOM_SEED;
	unsigned int packets, i;

	run.order = vmalloc(array_size(run.sockets, sizeof(*run.order)));
	run.mac = kzalloc(TFM_MAX_MAC_BYTES, GFP_KERNEL);
	run.late = kzalloc(sizeof(*run.late), GFP_KERNEL);
	if (!run.order || !run.mac || !run.late)
		return -ENOMEM;
	crypto_init_wait(run.late);
	for (i = 0; i < run.sockets; i++)
		run.order[i] = i;
	tfm_shuffle(run.order, run.sockets, &random);
	/* What is held is checked, and no more. */
	packets = strcmp(mode, "hold") ? run.sockets :
					 min_t(unsigned int, run.sockets, TFM_COMPARED_SOCKETS);
	return tfm_packets_alloc(&run, packets);
}

static void release(void)
{
	if (tfm_stranded())
		return;
	tfm_packets_free(&run);
	kfree(run.late);
	kfree(run.mac);
	vfree(run.order);
}

/* Each cell's MACs, on no more sockets than are compared. */
static int check_cells(void)
{
	unsigned int all = run.sockets, i;
	const struct tfm_cell *cell;
	struct tfm_open open;
	int err = 0;

	run.sockets = min_t(unsigned int, all, TFM_COMPARED_SOCKETS);
	for (i = 0; !err && (cell = tfm_cell_at(i)); i++) {
		if (!tfm_cell_asked(cell, &run) || cell->no_digest)
			continue;
		err = tfm_open(&open, cell, &run);
		if (err)
			break;
		err = tfm_check(&open, &run);
		tfm_close(&open);
	}
	run.sockets = all;
	return err;
}

static int checked(int (*work)(struct tfm_run *run))
{
	int err = check_cells();

	if (err)
		return err;
	tfm_report_module(&run);
	return work(&run);
}

/* Nothing is opened and closed beforehand: what was freed would blur what is kept. */
static int hold(void)
{
	int err = tfm_open(&held, run.only, &run);

	if (err)
		return err;
	err = tfm_check(&held, &run);
	if (err) {
		tfm_close(&held);
		return err;
	}
	tfm_packets_free(&run);		/* what is kept is the sockets' */
	tfm_report_module(&run);
	tfm_print("{\"kept\":{\"name\":\"%s/%s\",\"sockets\":%u}}", run.only->strategy,
		  run.only->form, run.sockets);
	return 0;
}

static int work(void)
{
	if (!strcmp(mode, "count"))
		return checked(tfm_count);
	if (!strcmp(mode, "time"))
		return checked(tfm_time);
	if (!strcmp(mode, "faults"))
		return checked(tfm_faults);
	if (!strcmp(mode, "hold"))
		return hold();
	tfm_error(NULL, "mode=%s: none of count, time, faults, hold", mode);
	return -EINVAL;
}

static int __init tfmbench_init(void)
{
	int err = read_parameters();

	if (err)
		return err;
	err = describe();
	if (err) {
		tfm_error(NULL, "%s: this kernel does not have it: error %d", run.algorithm->name,
			  err);
		return err;
	}
	err = read_form();
	if (err)
		return err;
	err = allocate();
	if (err)
		tfm_error(NULL, "no memory for packets of %u sockets", run.sockets);
	else
		err = work();
	if (err)
		release();
	return err;
}

static void __exit tfmbench_exit(void)
{
	if (held.turn.sockets)
		tfm_close(&held);
	release();
}

module_init(tfmbench_init);
module_exit(tfmbench_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("what it costs who owns transforms, requests and scratch");
