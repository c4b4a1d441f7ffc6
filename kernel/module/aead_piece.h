/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What esp_alloc_tmp() holds beside the request: the AAD with both halves of the sequence number,
 * the IV, and the scatterlist of the packet.
 */
#ifndef TFMBENCH_AEAD_PIECE_H
#define TFMBENCH_AEAD_PIECE_H

#include <linux/scatterlist.h>

#include "esp.h"

/* AAD; the linear part; the fragment; trailer and ICV. */
#define TFM_ESP_ENTRIES		4
#define TFM_ESP_LINEAR_BYTES	64	/* of the payload, the rest is in the fragment */

struct tfm_aead_scratch {
	u8 aad[TFM_ESP_AAD_BYTES];
	u8 iv[TFM_ESP_IV_BYTES];
	struct scatterlist sg[TFM_ESP_ENTRIES];
};

#endif
