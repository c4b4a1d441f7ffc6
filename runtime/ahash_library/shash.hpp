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

/// CRYPTO_AHASH_ALG_BLOCK_ONLY: the API keeps what does not fill a block.
inline constexpr std::uint32_t block_only = 0x01000000;

/// shash_default_finup(): what a registration sets for an algorithm without one of its own, as
/// those of the library are.
Errno default_finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                    std::uint8_t* out) noexcept;

/// struct shash_alg.
struct ShashAlg {
  Alg base{};  ///< first: a Tfm's algorithm is that of its frontend
  std::uint32_t flags = 0;
  std::uint32_t digest_bytes = 0;
  std::uint32_t state_bytes = 0;  ///< of an exported state
  std::uint32_t descriptor_bytes = 0;
  Errno (*init)(ShashDesc& desc) noexcept = nullptr;
  Errno (*update)(ShashDesc& desc, const std::uint8_t* data,
                  std::uint32_t bytes) noexcept = nullptr;
  Errno (*final)(ShashDesc& desc, std::uint8_t* out) noexcept = nullptr;
  Errno (*finup)(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                 std::uint8_t* out) noexcept = default_finup;
  /// nullptr: keyless.
  Errno (*setkey)(Shash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept = nullptr;
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
Errno shash_finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                  std::uint8_t* out) noexcept;
inline Errno shash_update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  return shash_finup(desc, data, bytes, nullptr);
}
inline Errno shash_final(ShashDesc& desc, std::uint8_t* out) noexcept {
  return shash_finup(desc, nullptr, 0, out);
}

}  // namespace tfm::ahash_library
