// SPDX-License-Identifier: MIT
// Transforms and requests: blocks of memory with a header before the algorithm's context.
#pragma once

#include <new>
#include <vector>

#include "runtime/algorithm.hpp"

namespace tfm {

/// An instance of an algorithm; may hold a key. One block: this header, then the context.
struct Transform {
  const Algorithm* algorithm;

  void* context() noexcept { return this + 1; }
  /// The transform that a context belongs to (crypto_ahash_reqtfm() does this for a request).
  static Transform* of(void* context) noexcept { return static_cast<Transform*>(context) - 1; }
  static std::size_t bytes(const Algorithm& a) noexcept {
    return sizeof(Transform) + a.transform_context_bytes;
  }
  /// Header and context.
  Bytes block() const noexcept {
    return {reinterpret_cast<const std::uint8_t*>(this), bytes(*algorithm)};
  }
  /// Adds that block, and those that the algorithm names.
  void add_blocks(std::vector<Bytes>& blocks) {
    blocks.push_back(block());
    if (algorithm->transform_block == nullptr) return;
    for (unsigned i = 0;; ++i) {
      const Bytes block = algorithm->transform_block(context(), i);
      if (block.empty()) return;
      blocks.push_back(block);
    }
  }
};

/// The state of one operation on a transform. One block: this header, then the running state.
struct Request {
  const Algorithm* algorithm;
  void* transform_context;  ///< of a Transform, or of a key that the request carries itself

  void* context() noexcept { return this + 1; }
  static Request* of(void* context) noexcept { return static_cast<Request*>(context) - 1; }
  static std::size_t bytes(const Algorithm& a) noexcept {
    return sizeof(Request) + a.request_context_bytes;
  }
};

/// Makes `memory` (Transform::bytes(), aligned to 8) a transform without a key.
/// Errors: the provider's; on failure nothing is held.
Errno transform_attach(void* memory, const Algorithm& algorithm, Gfp gfp, Owner owner) noexcept;

/// Undoes transform_attach(): key material is zeroed, the memory stays the caller's.
void transform_detach(Transform& transform) noexcept;

/// A new transform without a key. Errors: enomem, or the provider's.
Result<Transform*> transform_alloc(const Algorithm& algorithm, Gfp gfp, Owner owner) noexcept;

/// A new transform with `key`. On failure nothing is held.
Result<Transform*> transform_alloc_keyed(const Algorithm& algorithm, Bytes key, Gfp gfp,
                                         Owner owner) noexcept;

/// A copy of `of` without a key, in atomic context. Errors: enomem, or the provider's.
Result<Transform*> transform_clone(Transform& of, Owner owner) noexcept;

/// nullptr is allowed. Key material is zeroed.
void transform_free(Transform* transform) noexcept;

inline Errno transform_setkey(Transform& transform, Bytes key, Gfp gfp) noexcept {
  return transform.algorithm->setkey(transform.context(), key, gfp);
}

/// Makes `memory` (Request::bytes(), aligned to 8) a request on a transform's context.
/// Errors: those of a provider that allocates inside; on failure nothing is held.
inline Errno request_attach(void* memory, const Algorithm& algorithm, void* transform_context,
                            Gfp gfp, Owner owner) noexcept {
  auto* request = ::new (memory) Request{&algorithm, transform_context};
  if (algorithm.request_init == nullptr) return Errno::ok;
  return algorithm.request_init(request->context(), gfp, owner);
}

/// Undoes request_attach(); the memory stays the caller's.
inline void request_detach(Request& request) noexcept {
  if (request.algorithm->request_exit != nullptr)
    request.algorithm->request_exit(request.context());
}

/// Sets the key in the request's transform context: its transform's key, or the key that it
/// carries. Does nothing if the algorithm is keyless. In atomic context. Errors: the provider's;
/// then there is no key.
inline Errno request_setkey(Request& r, Bytes key) noexcept {
  if (!r.algorithm->keyed) return Errno::ok;
  return r.algorithm->setkey(r.transform_context, key, Gfp::atomic);
}

inline Errno hash_init(Request& r) noexcept {
  return r.algorithm->init(r.context(), r.transform_context);
}
inline Errno hash_update(Request& r, Bytes data) noexcept {
  return r.algorithm->update(r.context(), r.transform_context, data);
}
inline Errno hash_final(Request& r, MutableBytes digest) noexcept {
  return r.algorithm->final(r.context(), r.transform_context, digest);
}

inline Errno aead_encrypt(Request& r, const AeadText& text, MutableBytes tag) noexcept {
  return r.algorithm->encrypt(r.context(), r.transform_context, text, tag);
}
inline Errno aead_decrypt(Request& r, const AeadText& text, Bytes tag) noexcept {
  return r.algorithm->decrypt(r.context(), r.transform_context, text, tag);
}

inline Errno compress(Request& r, Bytes from, MutableBytes& to) noexcept {
  return r.algorithm->compress(r.context(), r.transform_context, from, to);
}
inline Errno decompress(Request& r, Bytes from, MutableBytes& to) noexcept {
  return r.algorithm->decompress(r.context(), r.transform_context, from, to);
}

}  // namespace tfm
