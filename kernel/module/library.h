/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The library's types, and those that hold a key and a context together.
 */
#ifndef TFMBENCH_LIBRARY_H
#define TFMBENCH_LIBRARY_H

#include "compat.h"

#if TFM_HAVE_LIBRARY
#include <crypto/aes-cbc-macs.h>
#include <crypto/aes-gcm.h>
#include <crypto/md5.h>
#include <crypto/sha1.h>
#include <crypto/sha2.h>

struct tfm_cmac {
	struct aes_cmac_key key;
	struct aes_cmac_ctx ctx;
};

struct tfm_gcm {
	struct aes_gcm_key key;
	struct aes_gcm_ctx ctx;
};
#endif

#endif
