// SPDX-License-Identifier: GPL-2.0
/*
 * The packets: one for each socket, all cells use the same. What they carry is a pattern that
 * tests/kernel/module writes down again.
 *
 * A packet has a page of its own, as in the receive ring of many a driver: none crosses the end of
 * a page, where a walk through a scatterlist takes a step more. In front of it is headroom for a
 * request and its scratch. If all began at the same place of their page, they would share a few
 * sets of each cache. So each begins a line after the one before, as far as there is room.
 */
#include <linux/sched.h>
#include <linux/vmalloc.h>

#include "aead_piece.h"
#include "alloc.h"
#include "packet.h"
#include "piece.h"

#define TFM_AO_HEADER_BYTES	36	/* TCP's 20, and TCP-AO's option of 16 alone */
#define TFM_MD5_HEADER_BYTES	20	/* without options */
#define TFM_ESP_HEADER_BYTES	16	/* SPI, sequence number, IV */

#define TFM_HEAD_BYTES		SKB_WITH_OVERHEAD(4096)

/*
 * TCP-AO's segments carry no timestamps where both ends have SACK: tcp_synack_options() in
 * net/ipv4/tcp_output.c takes them back, for there is no room for all of it.
 */
static unsigned int header_bytes(const struct tfm_algorithm *algorithm)
{
	if (algorithm->id == TFM_GCM_AES)
		return TFM_ESP_HEADER_BYTES;
	return algorithm->keyed ? TFM_AO_HEADER_BYTES : TFM_MD5_HEADER_BYTES;
}

static unsigned int headroom(const struct tfm_run *run)
{
	size_t scratch = run->algorithm->id == TFM_GCM_AES ? sizeof(struct tfm_aead_scratch) :
							     TFM_SCRATCH_BYTES;

	return ALIGN(tfm_piece_bytes(run->request_bytes, scratch), SMP_CACHE_BYTES);
}

int tfm_packets_alloc(struct tfm_run *run, unsigned int packets)
{
	struct tfm_segment *segment = &run->segment;
	unsigned int first, last, places, i;

	segment->sne = 0x01020304;
	segment->saddr = htonl(0xc0000201);	/* 192.0.2.1 */
	segment->daddr = htonl(0xc6336402);	/* 198.51.100.2 */
	segment->header_bytes = header_bytes(run->algorithm);
	last = round_down(TFM_HEAD_BYTES - segment->header_bytes - TFM_MAX_BYTES -
			  TFM_ESP_TAIL_BYTES, SMP_CACHE_BYTES);
	first = min(headroom(run), last);
	places = (last - first) / SMP_CACHE_BYTES + 1;
	run->skbs = tfm_refused() ? NULL : vzalloc(array_size(packets, sizeof(*run->skbs)));
	if (!run->skbs)
		return -ENOMEM;
	run->packets = packets;
	for (i = 0; i < packets; i++) {
		struct sk_buff *skb = tfm_refused() ? NULL : alloc_skb(TFM_HEAD_BYTES, GFP_KERNEL);

		if (!skb)
			return -ENOMEM;
		skb_reserve(skb, first + i % places * SMP_CACHE_BYTES);
		run->skbs[i] = skb;
		cond_resched();
	}
	return 0;
}

void tfm_packets_free(struct tfm_run *run)
{
	unsigned int i;

	for (i = 0; i < run->packets; i++) {
		kfree_skb(run->skbs[i]);
		cond_resched();
	}
	vfree(run->skbs);
	run->skbs = NULL;
	run->packets = 0;
}

static void set_bytes(const struct tfm_run *run, struct sk_buff *skb, unsigned int bytes)
{
	skb_trim(skb, 0);
	skb_put(skb, run->segment.header_bytes + bytes);
}

/* Also undoes what gcm(aes) encrypted in place. */
void tfm_packet_fill(const struct tfm_run *run, unsigned int socket, unsigned int bytes)
{
	struct sk_buff *skb = run->skbs[socket];
	u8 *data = tfm_data(&run->segment, skb);
	unsigned int i;

	set_bytes(run, skb, bytes);
	for (i = 0; i < run->segment.header_bytes; i++)
		skb->data[i] = 3 + 7 * i;
	for (i = 0; i < bytes; i++)
		data[i] = 11 + 31 * i + 17 * (i >> 8);
	tfm_esp_put_trailer(data + bytes, bytes);
}

void tfm_packets_fill(const struct tfm_run *run, unsigned int bytes)
{
	const struct sk_buff *first = run->skbs[0];
	unsigned int i;

	tfm_packet_fill(run, 0, bytes);
	for (i = 1; i < run->packets; i++) {
		set_bytes(run, run->skbs[i], bytes);
		memcpy(run->skbs[i]->data, first->data, first->len + TFM_ESP_TAIL_BYTES);
	}
}
