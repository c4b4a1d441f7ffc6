// SPDX-License-Identifier: MIT
// Asynchronous hashes over synchronous ones as Linux 7.x has them (include/crypto/hash.h,
// crypto/ahash.c of 7.3). What is different from runtime/ahash/ahash.hpp, 6.12's: a request has
// room for what an asynchronous driver that is handed blocks alone puts before the data, and may
// have an address in place of a scatterlist; final is finup without bytes; transforms are not
// cloned.
//
// A request here is a Request and then an AhashRequest, a transform a Transform and then an Ahash.
// Together they have the kernel's sizes on x86-64: 152 bytes before a descriptor, 56 in all. The
// header of a Request is where the kernel has a list and the transform's address.
#pragma once

#include "runtime/ahash/over_shash.hpp"
#include "runtime/ahash_library/shash.hpp"
#include "runtime/transform.hpp"

namespace tfm::ahash_library {

using ahash::Scatterlist;

using Ahash = ahash::AhashOf<Shash>;
static_assert(sizeof(Transform) + sizeof(Ahash) == 56);

/// struct ahash_request. The descriptor follows.
struct AhashRequest {
  void (*complete)(void* data, Errno e);
  void* data;
  std::uint32_t flags;
  std::uint32_t bytes;
  Scatterlist* source;
  std::uint8_t* result;
  /// Of a driver that is handed blocks alone: what waited of a block, and where the list goes on.
  Scatterlist head[2];
  /// The user's, while the API waits for a driver itself.
  void (*saved_complete)(void* data, Errno e);
  void* saved_data;
  void* unused[2];  ///< a list's second link, and alignment

  /// crypto_ahash_reqtfm().
  Ahash& tfm() noexcept { return *static_cast<Ahash*>(Request::of(this)->transform_context); }
  /// ahash_request_ctx().
  ShashDesc& desc() noexcept { return *reinterpret_cast<ShashDesc*>(this + 1); }
};
static_assert(sizeof(Request) + sizeof(AhashRequest) == 152);

/// An ahash over no shash. Its update may leave bytes (leaves()) if it has alg_flag::block_only;
/// then its request_bytes end with a block and a byte for the API. Without a finup it has a final.
/// An operation that ends later says einprogress or ebusy, and calls `complete`.
using AhashAlg = ahash::AhashAlgOf<Ahash, AhashRequest>;

/// CRYPTO_TFM_REQ_ON_STACK.
inline constexpr std::uint32_t on_stack = 0x800;
/// It, and CRYPTO_AHASH_REQ_PRIVATE: flags that are not the user's.
inline constexpr std::uint32_t own_flags = on_stack | ahash::virtual_address;

/// ahash_request_set_callback().
inline void set_callback(AhashRequest& request, std::uint32_t flags, void (*complete)(void*, Errno),
                         void* data) noexcept {
  request.complete = complete;
  request.data = data;
  request.flags = (request.flags & own_flags) | (flags & ~own_flags);
}
/// ahash_request_set_crypt().
inline void set_crypt(AhashRequest& request, Scatterlist* source, std::uint8_t* result,
                      std::uint32_t bytes) noexcept {
  request.source = source;
  request.bytes = bytes;
  request.result = result;
  request.flags &= ~ahash::virtual_address;
}
/// ahash_request_set_virt().
inline void set_virtual(AhashRequest& request, std::uint8_t* source, std::uint8_t* result,
                        std::uint32_t bytes) noexcept {
  request.source = reinterpret_cast<Scatterlist*>(source);
  request.bytes = bytes;
  request.result = result;
  request.flags |= ahash::virtual_address;
}

/// crypto_alloc_ahash(), in zeroed memory of the caller. Errors: enomem; enoent if the algorithm
/// goes away. On failure nothing is held.
Errno ahash_make(Ahash& tfm, ShashAlg& alg, Gfp gfp, Owner owner) noexcept;
/// The same of a driver. Errors: enoent; einval: it is handed blocks alone, and has no finup, or
/// takes addresses. (7.3 would chain an address behind what waits, as if it were a list.)
Errno ahash_make(Ahash& tfm, AhashAlg& alg) noexcept;
/// crypto_free_ahash(), except for the memory.
void ahash_exit(Ahash& tfm) noexcept;

/// Errors: the algorithm's; then there is no key.
Errno ahash_setkey(Ahash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept;

// Errors: enokey, the algorithm's; of a driver eagain, if it may end later and the request lies on
// a stack, and eopnotsupp, if it takes no address. (7.3 asks a fallback then. None is modelled.)

Errno ahash_init(AhashRequest& request) noexcept;
Errno ahash_update(AhashRequest& request) noexcept;
/// Writes the whole digest to the request's result.
Errno ahash_finup(AhashRequest& request) noexcept;
inline Errno ahash_final(AhashRequest& request) noexcept {
  request.bytes = 0;
  return ahash_finup(request);
}

}  // namespace tfm::ahash_library
