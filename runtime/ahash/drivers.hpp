// SPDX-License-Identifier: MIT
// The algorithms at the bottom: nettle's hashes and AES, each behind the kernel's table of calls.
// The tables lie in a file of their own, so that no compiler sees through a pointer.
//
// A driver does what those of x86 do around their assembly (arch/x86/crypto/sha1_ssse3_glue.c,
// sha256_ssse3_glue.c, sha512_ssse3_glue.c, aesni-intel_glue.c of Linux 6.12): vector registers
// only in a section (fpu.hpp), and only if a block is complete; the state zeroed at the end. md5 is
// plain C, as crypto/md5.c, and has no section. The state of an operation is nettle's: 104, 112,
// 216 and 96 bytes, each 8 more than the kernel's.
#pragma once

#include "runtime/ahash/cipher.hpp"
#include "runtime/ahash/shash.hpp"

namespace tfm::ahash {

/// What a template has to know of a hash when it is compiled.
struct HashSizes {
  std::uint32_t block_bytes, digest_bytes, state_bytes;
};
inline constexpr HashSizes sha1_sizes{64, 20, 104}, sha256_sizes{64, 32, 112},
    sha512_sizes{128, 64, 216}, md5_sizes{64, 16, 96};

extern ShashAlg sha1, sha256, sha512, md5;

/// struct crypto_aes_ctx: both directions' round keys for the longest key, and the key's length.
inline constexpr std::uint32_t aes_context_bytes = 2 * 240 + 4;
/// A transform's context is aligned to 8, the round keys to 16.
inline constexpr std::uint32_t aes_align_bytes = 8;

extern CipherAlg aes128;

}  // namespace tfm::ahash
