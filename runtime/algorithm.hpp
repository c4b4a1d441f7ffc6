// SPDX-License-Identifier: MIT
// An algorithm as a provider offers it: a table of functions over two blocks of memory, as in the
// kernel's struct ahash_alg. The transform's context holds the key. The request's context holds the
// running state of one operation and no copy of the key, with two exceptions. nettle's
// ChaCha20-Poly1305 runs on a copy within a call and wipes it. sodium's BLAKE2b hashes the key as
// its first block; that block stays in the request until more data is hashed or the request's exit
// wipes it. Each family has its own functions. The functions of the other families are null.
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

/// What an algorithm computes. A protocol is made for one family. Strategies never ask for it.
enum class Family : std::uint8_t { hash, aead, compression };
inline constexpr std::string_view family_names[] = {"hash", "aead", "compression"};

/// What is built around a hash or a cipher (the kernel's crypto_template): the word before the
/// parenthesis in the name. none: the algorithm has no template.
enum class Template : std::uint8_t { none, hmac, cmac, gcm, ccm };

/// By what calls a user reaches an algorithm. flat: the provider's own functions over two blocks.
/// ahash: the crypto API of Linux 6.12 in between (runtime/ahash): a request and scatterlists, over
/// a descriptor, over the template's. ahash_library: that of 7.x (runtime/ahash_library), over
/// functions of the kernel's library. library: these functions alone (runtime/library), for the
/// library's users in a block with ahash_library; no block has it.
enum class Api : std::uint8_t { flat, ahash, ahash_library, library };
inline constexpr std::string_view api_names[] = {"flat", "ahash", "ahash_library", "library"};
inline constexpr Api all_apis[] = {Api::flat, Api::ahash, Api::ahash_library, Api::library};

/// The longest digest, tag or key of any algorithm here, in bytes. providers_init() fails with
/// einval if one is longer.
inline constexpr std::size_t max_digest_bytes = 64;

/// The largest contexts that are put on a stack, in bytes. Every hash's fit. Two of them and a
/// scratch stay within the kernel's limit for a frame (CONFIG_FRAME_WARN: 2,048 bytes on 64 bits).
inline constexpr std::size_t max_stack_context_bytes = 448;

/// One AEAD operation. `to` has room for from.size() bytes. It is from.data(), or memory that does
/// not overlap `from`.
struct AeadText {
  Bytes nonce;
  Bytes associated;
  Bytes from;
  std::uint8_t* to;
};

struct Algorithm {
  std::string_view name;      ///< "hmac(sha1)", "gcm(aes128)"
  std::string_view provider;  ///< "nettle"
  Api api = Api::flat;
  Family family = Family::hash;
  Template tmpl = Template::none;
  std::uint16_t digest_bytes = 0;  ///< of the digest, or of an AEAD's tag; 0: compression
  std::uint16_t key_bytes = 0;  ///< a traffic key's: the digest's (RFC 5926 §3.1.1) or the cipher's
  std::uint16_t nonce_bytes = 0;  ///< AEAD
  bool keyed = false;             ///< false: no setkey; one transform serves all
  /// true: what a transform has is made with it; setkey and operations allocate nothing
  bool flat = false;
  bool final_zeroes =
      false;  ///< final() zeroes the request's context, as the kernel's library does
  std::uint32_t transform_context_bytes = 0;
  std::uint32_t transform_inner_bytes = 0;  ///< what transform_init() allocates, if always the same
  std::uint32_t request_context_bytes = 0;

  // Begin and end of the contexts; null if there is nothing to do. On failure nothing is held.
  Errno (*transform_init)(void* transform, Gfp gfp, Owner owner) noexcept = nullptr;
  void (*transform_exit)(void* transform) noexcept = nullptr;
  /// Makes a copy without the key, in zeroed memory and atomic context, instead of
  /// transform_init(). Null: all that a copy needs is zeros, or transform_init().
  Errno (*transform_clone)(void* to, void* from, Owner owner) noexcept = nullptr;
  /// The blocks that transform_init() made for this transform, from index 0 on; then an empty one.
  /// Null: it made none, or it does not know them.
  Bytes (*transform_block)(void* transform, unsigned index) noexcept = nullptr;
  Errno (*request_init)(void* request, Gfp gfp, Owner owner) noexcept = nullptr;
  void (*request_exit)(void* request) noexcept = nullptr;

  /// Null if the algorithm is keyless. After a failure the transform has no key. Operations then
  /// return enokey, as they do on a new transform, which begins as zeros.
  Errno (*setkey)(void* transform, Bytes key, Gfp gfp) noexcept = nullptr;

  // Family::hash, one operation. After any failure only init() may follow.
  Errno (*init)(void* request, void* transform) noexcept = nullptr;
  Errno (*update)(void* request, void* transform, Bytes data) noexcept = nullptr;
  /// Writes digest.size() bytes, at most digest_bytes: the leftmost of the digest.
  Errno (*final)(void* request, void* transform, MutableBytes digest) noexcept = nullptr;

  // Family::aead, in one call. tag.size() is digest_bytes, or less if the algorithm has shorter
  // tags (CCM; the tag depends on its length). Errors: enokey; einval: the length of the nonce, tag
  // or text is not allowed; the provider's. After an error the content of `to` is undefined.
  Errno (*encrypt)(void* request, void* transform, const AeadText& text,
                   MutableBytes tag) noexcept = nullptr;
  /// Errors: ebadmsg: the tag is wrong.
  Errno (*decrypt)(void* request, void* transform, const AeadText& text,
                   Bytes tag) noexcept = nullptr;

  // Family::compression, in one call. Shrinks `to` to what was written.
  // Errors: enospc: it does not fit; the provider's.
  Errno (*compress)(void* request, void* transform, Bytes from,
                    MutableBytes& to) noexcept = nullptr;
  /// Errors: ebadmsg: `from` is not a compressed stream.
  Errno (*decompress)(void* request, void* transform, Bytes from,
                      MutableBytes& to) noexcept = nullptr;
};

/// All algorithms of all providers that initialised, in registration order: those of one API.
/// Initialises the providers if needed.
std::span<const Algorithm* const> algorithms(Api api = Api::flat) noexcept;

/// nullptr if the provider does not have it.
const Algorithm* find_algorithm(std::string_view name, std::string_view provider,
                                Api api = Api::flat) noexcept;

/// What a library's user calls where others call `algorithm`, which is one of algorithms(): the
/// same of the same provider without an API in between. Of Api::ahash it is of Api::flat, of
/// Api::ahash_library of Api::library; the others are their own.
const Algorithm& library_form(const Algorithm& algorithm) noexcept;

/// The algorithm of `null`. It computes nothing: digests and tags are zeros, texts are copied
/// unchanged, all data is incompressible (enospc). Not in algorithms().
const Algorithm& zero_algorithm() noexcept;

/// Initialises the providers (sodium_init, OpenSSL's memory hooks and fetches). Idempotent. Call it
/// before anything else uses a provider: OpenSSL takes hooks only before its first allocation.
/// Returns the first failure. A provider that failed is not in algorithms().
Errno providers_init() noexcept;

}  // namespace tfm
