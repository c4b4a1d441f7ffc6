// SPDX-License-Identifier: MIT
// Synchronous hashes: a table of calls over a descriptor (include/crypto/hash.h, crypto/shash.c of
// Linux 6.12). Hashes ask for no alignment of data since 6.7: hash_prepare_alg() refuses an
// alignmask.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/ahash/tfm.hpp"

namespace tfm::ahash {

struct Shash;

/// struct shash_desc: the state of one operation, `descriptor_bytes` of it, follows.
struct ShashDesc {
  Shash* tfm;

  void* context() noexcept { return this + 1; }
};

/// HASH_MAX_DESCSIZE: the largest state. sha3's is 360 bytes, in a template's descriptor.
inline constexpr std::size_t most_descriptor_bytes = sizeof(ShashDesc) + 360;

/// struct shash_alg.
struct ShashAlg {
  Alg base{};  ///< first: a Tfm's algorithm is that of its frontend
  std::uint32_t digest_bytes = 0;
  std::uint32_t state_bytes = 0;       ///< of an exported state
  std::uint32_t descriptor_bytes = 0;  ///< of an operation's state; init_tfm may change it
  Alg* spawn = nullptr;                ///< what a template wraps
  Errno (*init)(ShashDesc& desc) noexcept = nullptr;
  Errno (*update)(ShashDesc& desc, const std::uint8_t* data,
                  std::uint32_t bytes) noexcept = nullptr;
  Errno (*final)(ShashDesc& desc, std::uint8_t* out) noexcept = nullptr;
  Errno (*finup)(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                 std::uint8_t* out) noexcept = nullptr;
  /// nullptr: default_digest(), as a registration sets it.
  Errno (*digest)(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                  std::uint8_t* out) noexcept = nullptr;
  /// nullptr, both: the state is copied as it is.
  Errno (*export_state)(ShashDesc& desc, void* out) noexcept = nullptr;
  Errno (*import_state)(ShashDesc& desc, const void* in) noexcept = nullptr;
  Errno (*setkey)(Shash& tfm, const std::uint8_t* key,
                  std::uint32_t bytes) noexcept = no_setkey<Shash>;
  Errno (*init_tfm)(Shash& tfm, Gfp gfp, Owner owner) noexcept = nullptr;
  void (*exit_tfm)(Shash& tfm) noexcept = nullptr;
  Errno (*clone_tfm)(Shash& to, Shash& from, Owner owner) noexcept = nullptr;
  /// Not the kernel's: the block of what init_tfm() made. nullptr: it made nothing.
  Bytes (*inner_block)(Shash& tfm) noexcept = nullptr;
};

/// struct crypto_shash. The algorithm's context follows.
struct Shash {
  std::uint32_t descriptor_bytes;
  Tfm base;

  static constexpr std::size_t before_bytes = 8;  ///< of the base

  void* context() noexcept { return base.context(); }
  ShashAlg& alg() const noexcept { return *reinterpret_cast<ShashAlg*>(base.alg); }
};
static_assert(sizeof(Shash) == Shash::before_bytes + sizeof(Tfm));

/// crypto_create_tfm(). The caller holds a user of the algorithm, which becomes the transform's on
/// success. Errors: enomem; init_tfm()'s.
Errno shash_create(Shash*& made, ShashAlg& alg, Gfp gfp, Owner owner) noexcept;
/// crypto_spawn_shash(): takes that user itself.
Errno shash_spawn(Shash*& made, Alg& alg, Gfp gfp, Owner owner) noexcept;
/// crypto_clone_shash(): in atomic context, without the key. A keyless transform gets one more
/// user. Errors: enomem; clone_tfm()'s.
Errno shash_clone(Shash*& made, Shash& of, Owner owner) noexcept;
/// Its block of memory.
inline Bytes shash_block(const Shash& tfm) noexcept {
  return tfm_block(&tfm, Shash::before_bytes, tfm.base);
}
/// crypto_free_shash().
void shash_free(Shash& tfm) noexcept;

/// Errors: the algorithm's; then there is no key.
Errno shash_setkey(Shash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept;

inline Errno shash_init(ShashDesc& desc) noexcept {
  Shash& tfm = *desc.tfm;
  if ((tfm.base.flags & need_key) != 0) return Errno::enokey;
  return tfm.alg().init(desc);
}
Errno shash_update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept;
Errno shash_final(ShashDesc& desc, std::uint8_t* out) noexcept;
Errno shash_finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                  std::uint8_t* out) noexcept;
Errno shash_digest(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                   std::uint8_t* out) noexcept;
Errno shash_export(ShashDesc& desc, void* out) noexcept;
Errno shash_import(ShashDesc& desc, const void* in) noexcept;

/// A descriptor on a stack, for the longest state (SHASH_DESC_ON_STACK).
class ShashDescOnStack {
 public:
  explicit ShashDescOnStack(Shash& tfm) noexcept { get().tfm = &tfm; }
  ShashDesc& get() noexcept { return *reinterpret_cast<ShashDesc*>(memory_); }

 private:
  alignas(ShashDesc) std::uint8_t memory_[sizeof(ShashDesc) + most_descriptor_bytes];
};

}  // namespace tfm::ahash
