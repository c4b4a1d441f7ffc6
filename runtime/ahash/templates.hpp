// SPDX-License-Identifier: MIT
// The algorithms that users ask for: hmac and cmac around a driver, as their templates make them
// (crypto/hmac.c, crypto/cmac.c of Linux 6.12), and md5 as it is.
#pragma once

#include "runtime/ahash/drivers.hpp"

namespace tfm::ahash {

extern ShashAlg hmac_sha1, hmac_sha256, hmac_sha512;

/// Of cmac(aes): the state is a block that waits, the chain, and a length.
inline constexpr HashSizes cmac_sizes{16, 16, 36};
extern ShashAlg cmac_aes128;

}  // namespace tfm::ahash
