// SPDX-License-Identifier: GPL-2.0
/*
 * Nothing is counted before its MACs are right: a cell's MACs of two sockets are held against known
 * answers for every size that has some, and those of 64 sockets against the first cell's.
 *
 * Both copies of the loop are checked. Sockets are visited in an order in which a key that stayed
 * behind shows.
 */
#include <linux/kernel.h>
#include <linux/bottom_half.h>
#include <linux/string.h>

#include "esp.h"
#include "report.h"

static const unsigned int known_sizes[] = { 64, 92, 512, 1440 };
static const u32 known_sockets[] = { 0, 1, 0 };

/* What the first cell computed, for the sizes of this run. */
static u8 reference[TFM_MAX_SIZES][TFM_COMPARED_SOCKETS][TFM_MAX_MAC_BYTES];
static bool have_reference;

/*
 * One packet of one socket. While allocations are refused on purpose, a packet may fail and is
 * tried again.
 */
static int run_one(const struct tfm_open *open, const struct tfm_run *run, unsigned int bytes,
		   u32 socket, bool marked)
{
	struct tfm_turn turn = open->turn;
	unsigned int failed, tries = run->may_fail ? 1000 : 1;

	turn.order = &socket;
	turn.packets = 1;
	do {
		tfm_packet_fill(run, socket, bytes);
		memset(run->mac, 0, TFM_MAX_MAC_BYTES);
		local_bh_disable();
		failed = marked ? open->cell->marked(&turn) : open->cell->plain(&turn);
		local_bh_enable();
	} while (failed && --tries);
	return failed ? -EIO : 0;
}

static u8 *mac_of(const struct tfm_run *run, u32 socket)
{
	const struct tfm_segment *segment = &run->segment;
	const struct sk_buff *skb = run->skbs[socket];

	if (run->algorithm->id == TFM_GCM_AES)
		return tfm_data(segment, skb) + tfm_esp_text_bytes(tfm_data_bytes(segment, skb));
	return run->mac;
}

static int check_known(const struct tfm_open *open, struct tfm_run *run, unsigned int bytes,
		       u32 socket, bool marked)
{
	const u8 *answer = tfm_known_answer(run->algorithm->id, bytes, socket);

	if (run_one(open, run, bytes, socket, marked)) {
		tfm_error(open->cell, "%u bytes: the operation failed", bytes);
		return -EIO;
	}
	if (memcmp(mac_of(run, socket), answer, run->algorithm->mac_bytes)) {
		tfm_error(open->cell, "%u bytes, socket %u: %*phN is not the known answer %*phN",
			  bytes, socket, (int)run->algorithm->mac_bytes, mac_of(run, socket),
			  (int)run->algorithm->mac_bytes, answer);
		return -EBADMSG;
	}
	if (run->algorithm->id == TFM_GCM_AES && !run->may_fail &&
	    tfm_check_decrypted(run, socket)) {
		tfm_error(open->cell, "%u bytes, socket %u: does not decrypt to what it was",
			  bytes, socket);
		return -EBADMSG;
	}
	return 0;
}

static int compare(const struct tfm_open *open, struct tfm_run *run, unsigned int size)
{
	unsigned int n = min_t(unsigned int, run->sockets, TFM_COMPARED_SOCKETS);
	u32 i;

	for (i = 0; i < n; i++) {
		if (run_one(open, run, run->bytes[size], i, false)) {
			tfm_error(open->cell, "%u bytes: the operation failed", run->bytes[size]);
			return -EIO;
		}
		if (!have_reference)
			memcpy(reference[size][i], mac_of(run, i), run->algorithm->mac_bytes);
		else if (memcmp(mac_of(run, i), reference[size][i], run->algorithm->mac_bytes)) {
			tfm_error(open->cell, "%u bytes, socket %u: not the MAC of other cells",
				  run->bytes[size], i);
			return -EBADMSG;
		}
	}
	return 0;
}

int tfm_check(struct tfm_open *open, struct tfm_run *run)
{
	unsigned int i, s, marked;
	int err;

	if (open->cell->no_digest)
		return 0;
	for (i = 0; i < ARRAY_SIZE(known_sizes); i++) {
		for (s = 0; s < ARRAY_SIZE(known_sockets); s++) {
			if (known_sockets[s] >= run->sockets)
				continue;
			for (marked = 0; marked < 2; marked++) {
				err = check_known(open, run, known_sizes[i], known_sockets[s],
						  marked);
				if (err)
					return err;
			}
		}
	}
	for (i = 0; i < run->sizes; i++) {
		err = compare(open, run, i);
		if (err)
			return err;
	}
	have_reference = true;
	return 0;
}
