// SPDX-License-Identifier: MIT
// The library's functions as synchronous hashes (crypto/sha1.c, sha256.c, sha512.c, md5.c, aes.c of
// Linux 7.3): a transform's context is the library's key, an operation's state the library's
// context. No template, no second transform.
#pragma once

#include "runtime/ahash_library/shash.hpp"

namespace tfm::ahash_library {

extern ShashAlg hmac_sha1, hmac_sha256, hmac_sha512, cmac_aes128, md5;

}  // namespace tfm::ahash_library
