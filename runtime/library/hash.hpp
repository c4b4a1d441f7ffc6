// SPDX-License-Identifier: MIT
// The kernel's library of hashes (lib/crypto/sha1.c, sha256.c, sha512.c, md5.c of Linux 7.3): plain
// functions over a context, which users and the crypto API call alike. HMAC's key is two chaining
// values. Contexts and keys have the kernel's sizes on x86-64.
#pragma once

#include "runtime/library/hashes.hpp"

namespace tfm::library {

/// struct sha1_ctx and its like.
template <class H>
struct HashContext {
  typename H::Word chain[H::words];
  typename H::Count count;
  std::uint8_t buffer[H::block_bytes];
};
static_assert(sizeof(HashContext<Sha1>) == 96 && sizeof(HashContext<Sha256>) == 104 &&
              sizeof(HashContext<Sha512>) == 208 && sizeof(HashContext<Md5>) == 88);

/// struct hmac_sha1_key and its like: after the block key ^ ipad, and after key ^ opad.
template <class H>
struct HmacKey {
  typename H::Word inner[H::words], outer[H::words];
};
static_assert(sizeof(HmacKey<Sha1>) == 40 && sizeof(HmacKey<Sha256>) == 64 &&
              sizeof(HmacKey<Sha512>) == 128);

/// struct hmac_sha1_ctx and its like.
template <class H>
struct HmacContext {
  HashContext<H> hash;
  typename H::Word outer[H::words];
};
static_assert(sizeof(HmacContext<Sha1>) == 120 && sizeof(HmacContext<Sha256>) == 136 &&
              sizeof(HmacContext<Sha512>) == 272);

/// sha1_init() and its like.
template <class H>
void hash_init(HashContext<H>& context) noexcept;
template <class H>
void hash_update(HashContext<H>& context, const std::uint8_t* data, std::size_t bytes) noexcept;
/// Writes the whole digest, and zeroes the context.
template <class H>
void hash_final(HashContext<H>& context, std::uint8_t* out) noexcept;

/// hmac_sha1_preparekey() and its like.
template <class H>
void hmac_prepare(HmacKey<H>& key, const std::uint8_t* raw, std::size_t bytes) noexcept;
template <class H>
void hmac_init(HmacContext<H>& context, const HmacKey<H>& key) noexcept;
template <class H>
inline void hmac_update(HmacContext<H>& context, const std::uint8_t* data,
                        std::size_t bytes) noexcept {
  hash_update(context.hash, data, bytes);
}
/// Writes the whole digest, and zeroes the context.
template <class H>
void hmac_final(HmacContext<H>& context, std::uint8_t* out) noexcept;

}  // namespace tfm::library
