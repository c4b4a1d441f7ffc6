// SPDX-License-Identifier: MIT
// An algorithm as a provider offers it: a table of functions over two blocks of memory, as in the
// kernel's struct ahash_alg. The transform's context holds the key; the request's context holds
// the running state of one operation, and no copy of the key but for two: nettle's
// ChaCha20-Poly1305 runs on one within a call, and wipes it; sodium's BLAKE2b hashes the key as its
// first block, which stands in the request until more than that block is hashed, or the request's
// exit wipes it. A family has functions of its own; those of the others are null.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/error.hpp"
#include "runtime/gfp.hpp"

namespace tfm {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

/// What an algorithm computes. Protocols are made for one; strategies never ask: they own lifetimes
/// only.
enum class Family : std::uint8_t { hash, aead, compression };
inline constexpr std::string_view family_names[] = {"hash", "aead", "compression"};

/// What is built around a hash or a cipher (the kernel's crypto_template): the word in front of the
/// name's parenthesis. none: an algorithm by itself.
enum class Template : std::uint8_t { none, hmac, cmac, gcm, ccm };

/// The longest digest, tag or key that any algorithm here has, bytes. providers_init() fails with
/// einval where one is longer.
inline constexpr std::size_t max_digest_bytes = 64;

/// The largest contexts that are put on a stack, as every hash's can be: two of them and a scratch
/// stay within the kernel's frames (CONFIG_FRAME_WARN: 2,048 bytes where a kernel has 64 bits).
inline constexpr std::size_t max_stack_context_bytes = 448;

/// One AEAD operation. `to` has room for as many bytes as `from` has; it is `from` itself, or apart
/// from it.
struct AeadText {
  Bytes nonce;
  Bytes associated;
  Bytes from;
  std::uint8_t* to;
};

struct Algorithm {
  std::string_view name;      ///< as its users give it: "hmac(sha1)", "gcm(aes128)"
  std::string_view provider;  ///< "nettle"
  Family family = Family::hash;
  Template tmpl = Template::none;
  std::uint16_t digest_bytes = 0;  ///< of the digest, or of an AEAD's tag; 0: compression
  std::uint16_t key_bytes = 0;  ///< a traffic key (RFC 5926 §3.1.1: the digest's; ciphers: theirs)
  std::uint16_t nonce_bytes = 0;  ///< AEAD
  bool keyed = false;             ///< false: no setkey; one transform serves all
  bool flat = false;  ///< true: the two blocks are all there is; nothing is allocated inside
  std::uint32_t transform_context_bytes = 0;
  std::uint32_t request_context_bytes = 0;

  // The life of the contexts; null where a flat block needs none. On failure nothing is held.
  Errno (*transform_init)(void* transform, Gfp gfp, Owner owner) noexcept = nullptr;
  void (*transform_exit)(void* transform) noexcept = nullptr;
  Errno (*request_init)(void* request, Gfp gfp, Owner owner) noexcept = nullptr;
  void (*request_exit)(void* request) noexcept = nullptr;

  /// Null where the algorithm is keyless. After a failure the transform has no key: operations then
  /// return enokey, as they do on a transform (begun as zeros) that never had one.
  Errno (*setkey)(void* transform, Bytes key, Gfp gfp) noexcept = nullptr;

  // Family::hash, one operation. After any failure only init() may follow.
  Errno (*init)(void* request, void* transform) noexcept = nullptr;
  Errno (*update)(void* request, void* transform, Bytes data) noexcept = nullptr;
  /// Writes digest.size() bytes, at most digest_bytes: the leftmost of the digest.
  Errno (*final)(void* request, void* transform, MutableBytes digest) noexcept = nullptr;

  // Family::aead, in one call. tag.size() is digest_bytes, or shorter where the algorithm has such
  // tags (CCM; the length goes into the tag). Errors: enokey; einval: a nonce, a tag or a text of a
  // length that it does not take; the provider's. Then `to` means nothing.
  Errno (*encrypt)(void* request, void* transform, const AeadText& text,
                   MutableBytes tag) noexcept = nullptr;
  /// Errors: ebadmsg where the tag is another.
  Errno (*decrypt)(void* request, void* transform, const AeadText& text,
                   Bytes tag) noexcept = nullptr;

  // Family::compression, in one call. Shrinks `to` to what was written.
  // Errors: enospc: it does not fit; the provider's.
  Errno (*compress)(void* request, void* transform, Bytes from,
                    MutableBytes& to) noexcept = nullptr;
  /// Errors: ebadmsg where `from` is nothing that compress() writes.
  Errno (*decompress)(void* request, void* transform, Bytes from,
                      MutableBytes& to) noexcept = nullptr;
};

/// All algorithms of all providers that came up, in registration order. Brings them up.
std::span<const Algorithm* const> algorithms() noexcept;

/// nullptr where the provider does not have it.
const Algorithm* find_algorithm(std::string_view name, std::string_view provider) noexcept;

/// The algorithm of `null`: every call does nothing; digests and tags are zeros, texts are
/// copied as they are, everything is incompressible (enospc). Not in algorithms().
const Algorithm& zero_algorithm() noexcept;

/// Brings the providers up (sodium_init, OpenSSL's memory hooks and fetches). Idempotent; call it
/// before anything else touches a provider, since OpenSSL takes hooks only before its first call.
/// Returns the first failure; a provider that failed is not in algorithms().
Errno providers_init() noexcept;

}  // namespace tfm
