// SPDX-License-Identifier: MIT
// The kernel's library of AES-CMAC (lib/crypto/aes.c, include/crypto/aes-cbc-macs.h of Linux 7.3).
// x86 has no code of its own for a row of blocks: each is a call of aes_encrypt(), with a section
// for vector registers (lib/crypto/x86/aes.h). Keys and contexts have the kernel's sizes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/error.hpp"

namespace tfm::library {

inline constexpr std::size_t aes_block_bytes = 16, aes128_key_bytes = 16;

/// struct aes_enckey: room for the longest key's 15 round keys.
struct AesKey {
  std::uint32_t key_bytes;
  std::uint32_t rounds;
  std::uint32_t padding[2];
  std::uint8_t round_keys[15 * aes_block_bytes];
};
static_assert(sizeof(AesKey) == 256);

/// struct aes_cmac_key.
struct CmacKey {
  AesKey aes;
  /// For a last block that is whole, and for one that is padded.
  std::uint64_t last[2][2];
};
static_assert(sizeof(CmacKey) == 288);

/// struct aes_cmac_ctx.
struct CmacContext {
  const CmacKey* key;
  std::size_t partial;  ///< bytes that were added to `chain` since it was encrypted
  std::uint8_t chain[aes_block_bytes];
};
static_assert(sizeof(CmacContext) == 32);

/// Errors: ekeyrejected: the key is not AES-128's (the kernel takes three lengths, and says
/// EINVAL).
Errno cmac_prepare(CmacKey& key, const std::uint8_t* raw, std::size_t bytes) noexcept;
inline void cmac_init(CmacContext& context, const CmacKey& key) noexcept {
  context = {&key, 0, {}};
}
void cmac_update(CmacContext& context, const std::uint8_t* data, std::size_t bytes) noexcept;
/// Writes the whole digest, and zeroes the context.
void cmac_final(CmacContext& context, std::uint8_t* out) noexcept;

}  // namespace tfm::library
