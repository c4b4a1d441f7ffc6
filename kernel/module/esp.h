/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An ESP packet under gcm(aes), as net/ipv4/esp4.c lays it out: the AAD is SPI and both halves of
 * the sequence number (ESN, 8 + 4 bytes); the payload and its trailer are encrypted in place; the
 * ICV follows. The IV is four bytes of salt and the eight explicit ones.
 */
#ifndef TFMBENCH_ESP_H
#define TFMBENCH_ESP_H

#include <linux/string.h>

#include "packet.h"

#define TFM_ESP_AAD_BYTES	12
#define TFM_ESP_IV_BYTES	12
#define TFM_ESP_ICV_BYTES	16
#define TFM_ESP_MAX_TRAILER	5	/* padding up to 3, its length, the next header */
#define TFM_ESP_TAIL_BYTES	(TFM_ESP_MAX_TRAILER + TFM_ESP_ICV_BYTES)
#define TFM_ESP_NEXT_HEADER	4	/* IPIP */
#define TFM_ESP_SPI		0x00c0ffee
#define TFM_ESP_SEQUENCE	0x05060708
#define TFM_ESP_SALT		0xa1a2a3a4

static inline unsigned int tfm_esp_padding(unsigned int bytes)
{
	return -(bytes + 2) & 3;
}

/* Of a payload and its trailer. */
static inline unsigned int tfm_esp_text_bytes(unsigned int bytes)
{
	return bytes + tfm_esp_padding(bytes) + 2;
}

/* SPI and ESN, and an IV of salt and the sequence number, of every packet. */
static __always_inline void tfm_esp_put_aad(u8 *aad, const struct tfm_segment *segment)
{
	put_unaligned_be32(TFM_ESP_SPI, aad);
	put_unaligned_be32(segment->sne, aad + 4);
	put_unaligned_be32(TFM_ESP_SEQUENCE, aad + 8);
}

static __always_inline void tfm_esp_put_iv(u8 *iv, const struct tfm_segment *segment)
{
	put_unaligned_be32(TFM_ESP_SALT, iv);
	put_unaligned_be32(segment->sne, iv + 4);
	put_unaligned_be32(TFM_ESP_SEQUENCE, iv + 8);
}

/* Behind a payload of `bytes`, and zeros for the ICV. */
static inline void tfm_esp_put_trailer(u8 *trailer, unsigned int bytes)
{
	unsigned int i, padding = tfm_esp_padding(bytes);

	for (i = 0; i < padding; i++)
		trailer[i] = i + 1;
	trailer[padding] = padding;
	trailer[padding + 1] = TFM_ESP_NEXT_HEADER;
	memset(trailer + padding + 2, 0, TFM_ESP_ICV_BYTES);
}

#endif
