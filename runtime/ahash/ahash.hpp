// SPDX-License-Identifier: MIT
// Asynchronous hashes over synchronous ones (include/crypto/hash.h, crypto/ahash.c of Linux 6.12):
// a second table of calls, from a request and a scatterlist to a descriptor and pointers.
//
// A request here is a Request and then an AhashRequest, a transform a Transform and then an Ahash.
// Together they have the kernel's sizes on x86-64: 80 bytes before a descriptor, 56 in all. The
// header of a Request is where the kernel has a list and the transform's address.
#pragma once

#include "runtime/ahash/over_shash.hpp"
#include "runtime/ahash/shash.hpp"

namespace tfm::ahash {

using Ahash = AhashOf<Shash>;
static_assert(sizeof(Transform) + sizeof(Ahash) == 56);

/// struct ahash_request. The descriptor follows.
struct AhashRequest {
  void (*complete)(void* data, Errno e);
  void* data;
  std::uint32_t flags;
  std::uint32_t bytes;
  Scatterlist* source;
  std::uint8_t* result;
  void* unused[3];  ///< a list's second link, and what only an asynchronous driver keeps

  /// crypto_ahash_reqtfm().
  Ahash& tfm() noexcept { return *static_cast<Ahash*>(Request::of(this)->transform_context); }
  /// ahash_request_ctx().
  ShashDesc& desc() noexcept { return *reinterpret_cast<ShashDesc*>(this + 1); }
};
static_assert(sizeof(Request) + sizeof(AhashRequest) == 80);

/// An ahash over no shash.
using AhashAlg = AhashAlgOf<Ahash, AhashRequest>;

/// ahash_request_set_callback().
inline void set_callback(AhashRequest& request, std::uint32_t flags, void (*complete)(void*, Errno),
                         void* data) noexcept {
  request.complete = complete;
  request.data = data;
  request.flags = flags;
}
/// ahash_request_set_crypt().
inline void set_crypt(AhashRequest& request, Scatterlist* source, std::uint8_t* result,
                      std::uint32_t bytes) noexcept {
  request.source = source;
  request.bytes = bytes;
  request.result = result;
}

/// crypto_alloc_ahash(), in zeroed memory of the caller. Errors: enomem; the shash's. On failure
/// nothing is held.
Errno ahash_make(Ahash& tfm, ShashAlg& alg, Gfp gfp, Owner owner) noexcept;
/// The same of a driver. Errors: enoent.
Errno ahash_make(Ahash& tfm, AhashAlg& alg) noexcept;
/// crypto_clone_ahash() of a keyed algorithm, in zeroed memory of the caller and atomic context.
/// The key is not copied. Errors: enomem. On failure nothing is held.
Errno ahash_clone(Ahash& to, Ahash& from, Owner owner) noexcept;
/// crypto_free_ahash(), except for the memory.
void ahash_exit(Ahash& tfm) noexcept;

/// Errors: the algorithm's; then there is no key.
Errno ahash_setkey(Ahash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept;

/// Errors: enokey.
Errno ahash_init(AhashRequest& request) noexcept;
Errno ahash_update(AhashRequest& request) noexcept;
/// Writes the whole digest to the request's result.
Errno ahash_final(AhashRequest& request) noexcept;
/// ahash_update() and ahash_final() in one.
Errno ahash_finup(AhashRequest& request) noexcept;

}  // namespace tfm::ahash
