// SPDX-License-Identifier: MIT
// Synchronous hashes as Linux 7.x has them (include/crypto/hash.h, crypto/shash.c of 7.3). What is
// different from runtime/ahash/shash.hpp, 6.12's: update and final are one function with finup; the
// API zeroes the state after an operation; a transform is its context behind the base, without the
// state's size; transforms are not cloned.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/ahash/tfm.hpp"

namespace tfm::ahash_library {

using ahash::Alg;
using ahash::need_key;
using ahash::Tfm;

struct Shash;

/// struct shash_desc: the state of one operation, ShashAlg::descriptor_bytes of it, follows.
struct ShashDesc {
  Shash* tfm;

  void* context() noexcept { return this + 1; }
};

/// What the update of an algorithm that is handed whole blocks alone says in place of Errno::ok: so
/// many bytes at the end are not hashed. The kernel has errors below 0 and these above; an Errno is
/// above 0, and these are below.
constexpr Errno leaves(std::uint32_t bytes) noexcept {
  return static_cast<Errno>(-static_cast<std::int32_t>(bytes));
}
constexpr bool is_left_over(Errno e) noexcept { return static_cast<std::int32_t>(e) <= 0; }
constexpr std::uint32_t left_over(Errno e) noexcept {
  return static_cast<std::uint32_t>(-static_cast<std::int32_t>(e));
}

/// shash_default_finup(): what a registration sets for an algorithm without one of its own, as
/// those of the library are.
Errno default_finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                    std::uint8_t* out) noexcept;

/// struct shash_alg.
struct ShashAlg {
  Alg base{};  ///< first: a Tfm's algorithm is that of its frontend
  std::uint32_t digest_bytes = 0;
  std::uint32_t state_bytes = 0;  ///< of an exported state
  /// Of an algorithm with alg_flag::block_only it ends with a block, in which the API keeps what
  /// fills none, and a byte that says how much.
  std::uint32_t descriptor_bytes = 0;
  Errno (*init)(ShashDesc& desc) noexcept = nullptr;
  Errno (*update)(ShashDesc& desc, const std::uint8_t* data,
                  std::uint32_t bytes) noexcept = nullptr;
  Errno (*final)(ShashDesc& desc, std::uint8_t* out) noexcept = nullptr;
  Errno (*finup)(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                 std::uint8_t* out) noexcept = default_finup;
  Errno (*setkey)(Shash& tfm, const std::uint8_t* key,
                  std::uint32_t bytes) noexcept = ahash::no_setkey<Shash>;
};

/// struct crypto_shash. The algorithm's context follows.
struct Shash {
  Tfm base;

  void* context() noexcept { return base.context(); }
  ShashAlg& alg() const noexcept { return *reinterpret_cast<ShashAlg*>(base.alg); }
};

/// crypto_create_tfm(). The caller holds a user of the algorithm, which becomes the transform's on
/// success. Errors: enomem.
Errno shash_create(Shash*& made, ShashAlg& alg, Gfp gfp, Owner owner) noexcept;
/// Its block of memory.
inline Bytes shash_block(const Shash& tfm) noexcept { return tfm_block(&tfm, 0, tfm.base); }
/// crypto_free_shash().
void shash_free(Shash& tfm) noexcept;

/// Errors: the algorithm's; then there is no key.
Errno shash_setkey(Shash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept;

/// Errors: enokey.
Errno shash_init(ShashDesc& desc) noexcept;
/// crypto_shash_finup(): an update if `out` is nullptr. Else the operation ends, and its state is
/// zeroed.
Errno shash_finup(ShashDesc& __restrict desc, const std::uint8_t* data, std::uint32_t bytes,
                  std::uint8_t* __restrict out) noexcept;
inline Errno shash_update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  return shash_finup(desc, data, bytes, nullptr);
}
inline Errno shash_final(ShashDesc& desc, std::uint8_t* out) noexcept {
  return shash_finup(desc, nullptr, 0, out);
}

}  // namespace tfm::ahash_library
