// SPDX-License-Identifier: MIT
// An algorithm as a provider offers it: a table of functions over two blocks of memory, as in the
// kernel's struct ahash_alg. The transform's context holds the key; the request's context holds
// the running state of one operation and never a copy of the key.
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

/// The longest digest (or traffic key) and the largest contexts that any algorithm here has, bytes.
/// providers_init() fails with einval where one is larger.
inline constexpr std::size_t max_digest_bytes = 64;
inline constexpr std::size_t max_request_context_bytes = 448;
inline constexpr std::size_t max_transform_context_bytes = 448;

struct Algorithm {
  std::string_view name;      ///< as TCP-AO's users give it: "hmac(sha1)"
  std::string_view provider;  ///< "nettle"
  std::uint16_t digest_bytes;
  std::uint16_t key_bytes;  ///< length of a traffic key (RFC 5926 §3.1.1: the digest's; CMAC: 16)
  bool keyed;               ///< false: no setkey; one transform serves all
  bool flat;                ///< true: the two blocks are all there is; nothing is allocated inside
  std::uint32_t transform_context_bytes;
  std::uint32_t request_context_bytes;

  // The life of the contexts; null where a flat block needs none. On failure nothing is held.
  Errno (*transform_init)(void* transform, Gfp gfp, Owner owner) noexcept;
  void (*transform_exit)(void* transform) noexcept;
  Errno (*request_init)(void* request, Gfp gfp, Owner owner) noexcept;
  void (*request_exit)(void* request) noexcept;

  /// Null where the algorithm is keyless. After a failure the transform has no key: init() then
  /// returns enokey, as it does on a transform (begun as zeros) that never had one.
  Errno (*setkey)(void* transform, Bytes key, Gfp gfp) noexcept;

  // One operation. After any failure only init() may follow.
  Errno (*init)(void* request, void* transform) noexcept;
  Errno (*update)(void* request, void* transform, Bytes data) noexcept;
  /// Writes digest.size() bytes, at most digest_bytes: the leftmost of the digest.
  Errno (*final)(void* request, void* transform, MutableBytes digest) noexcept;
};

/// All algorithms of all providers that came up, in registration order. Brings them up.
std::span<const Algorithm* const> algorithms() noexcept;

/// nullptr where the provider does not have it.
const Algorithm* find_algorithm(std::string_view name, std::string_view provider) noexcept;

/// The algorithm of `null`: every call does nothing, the digest is zeros. Not in algorithms().
const Algorithm& zero_algorithm() noexcept;

/// Brings the providers up (sodium_init, OpenSSL's memory hooks and fetches). Idempotent; call it
/// before anything else touches a provider, since OpenSSL takes hooks only before its first call.
/// Returns the first failure; a provider that failed is not in algorithms().
Errno providers_init() noexcept;

}  // namespace tfm
