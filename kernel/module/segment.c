// SPDX-License-Identifier: GPL-2.0
/*
 * The bytes that every packet carries: patterns that tests/kernel/module writes down again.
 */
#include <linux/slab.h>

#include "esp.h"
#include "tfmbench.h"

#define TFM_AO_HEADER_BYTES	40	/* 20, TCP-AO's option of 16, 4 more */
#define TFM_MD5_HEADER_BYTES	20	/* without options */

int tfm_segment_init(struct tfm_segment *segment, const struct tfm_algorithm *algorithm)
{
	unsigned int i;

	segment->sne = 0x01020304;
	segment->saddr = htonl(0xc0000201);	/* 192.0.2.1 */
	segment->daddr = htonl(0xc6336402);	/* 198.51.100.2 */
	segment->header_bytes = algorithm->keyed ? TFM_AO_HEADER_BYTES : TFM_MD5_HEADER_BYTES;
	segment->header = kmalloc(TFM_AO_HEADER_BYTES, GFP_KERNEL);
	segment->data = kmalloc(TFM_MAX_BYTES + TFM_ESP_TAIL_BYTES, GFP_KERNEL);
	if (!segment->header || !segment->data) {
		tfm_segment_free(segment);
		return -ENOMEM;
	}
	for (i = 0; i < TFM_AO_HEADER_BYTES; i++)
		segment->header[i] = 3 + 7 * i;
	return 0;
}

void tfm_segment_free(struct tfm_segment *segment)
{
	kfree(segment->header);
	kfree(segment->data);
	segment->header = NULL;
	segment->data = NULL;
}

/* Also undoes what gcm(aes) encrypted in place. */
void tfm_segment_fill(struct tfm_segment *segment, unsigned int bytes)
{
	unsigned int i;

	segment->bytes = bytes;
	for (i = 0; i < bytes; i++)
		segment->data[i] = 11 + 31 * i + 17 * (i >> 8);
	tfm_esp_put_trailer(segment);
}
