// SPDX-License-Identifier: MIT
// The base of every algorithm and transform of the kernel's crypto API, and their counts
// (include/linux/crypto.h, crypto/internal.h, crypto/api.c of Linux 6.12).
//
// A transform of a frontend (shash, cipher, ahash) is one block: what the frontend keeps, this
// base, the algorithm's context. Sizes are the kernel's on x86-64.
#pragma once

#include <atomic>
#include <cstdint>

#include "runtime/algorithm.hpp"

namespace tfm::ahash {

/// Only its count of users is modelled.
struct Module {
  std::atomic<int> users{1};
  bool live = true;
};

/// struct crypto_alg.
struct Alg {
  std::atomic<std::uint32_t> users{1};
  Module* module = nullptr;  ///< nullptr: built into the kernel
  std::uint32_t block_bytes = 0;
  std::uint32_t context_bytes = 0;  ///< of a transform
  std::uint32_t flags = 0;          ///< cra_flags: those of alg_flag
};

/// CRYPTO_ALG_ASYNC and its like. The last five are 7.x's alone.
namespace alg_flag {
inline constexpr std::uint32_t async = 0x80;                ///< an operation may end later
inline constexpr std::uint32_t optional_key = 0x4000;       ///< setkey need not come first
inline constexpr std::uint32_t takes_address = 0x40000;     ///< in place of a scatterlist
inline constexpr std::uint32_t block_only = 0x01000000;     ///< the API keeps partial blocks
inline constexpr std::uint32_t final_nonzero = 0x02000000;  ///< finup needs a byte
inline constexpr std::uint32_t finup_max = 0x04000000;      ///< finup takes several blocks
}  // namespace alg_flag

/// CRYPTO_TFM_NEED_KEY: setkey must come before the first operation.
inline constexpr std::uint32_t need_key = 1;

/// struct crypto_tfm. The context follows it.
struct Tfm {
  std::atomic<std::uint32_t> users;
  std::uint32_t flags;
  std::int32_t node;
  void (*exit)(Tfm& tfm) noexcept;
  Alg* alg;

  void* context() noexcept { return this + 1; }
};
static_assert(sizeof(Tfm) == 32);

/// ahash_nosetkey() and shash_no_setkey(): what a keyless algorithm has. `T`: its transform.
/// Without a place for ftrace: tests, which have none, emit this function, too, and a linker would
/// find places of a copy that it left out.
template <class T>
[[gnu::patchable_function_entry(0)]] Errno no_setkey(T&, const std::uint8_t*,
                                                     std::uint32_t) noexcept {
  return Errno::eopnotsupp;
}

/// crypto_shash_alg_needs_key(), and what ahash_set_needkey() asks.
template <class T, class AnyAlg>
bool needs_key(const AnyAlg& alg) noexcept {
  return alg.setkey != no_setkey<T> && (alg.base.flags & alg_flag::optional_key) == 0;
}

/// crypto_mod_get(): one more user of the algorithm and of its module. False if the module is being
/// removed.
bool mod_get(Alg& alg) noexcept;
/// crypto_mod_put().
void mod_put(Alg& alg) noexcept;

/// crypto_alloc_tfmmem(): a zeroed block with room for what the frontend keeps before the base and
/// for the context. nullptr: refused.
void* alloc_tfm(Alg& alg, std::size_t before_bytes, Gfp gfp, Owner owner) noexcept;

/// The block of a transform, as alloc_tfm() made it.
inline Bytes tfm_block(const void* memory, std::size_t before_bytes, const Tfm& tfm) noexcept {
  return {static_cast<const std::uint8_t*>(memory),
          before_bytes + sizeof(Tfm) + tfm.alg->context_bytes};
}

/// crypto_clone_tfm(): the same for a copy of `of`, in atomic context, with a user of the algorithm
/// added. The context stays zeros. nullptr: refused.
void* clone_tfm(Tfm& of, std::size_t before_bytes, Owner owner) noexcept;

/// crypto_destroy_tfm(): `memory` is the transform's block. Nothing happens while it has other
/// users.
void destroy_tfm(void* memory, std::size_t before_bytes, Tfm& tfm) noexcept;

/// crypto_tfm_get(): one more user of a keyless transform.
inline void tfm_get(Tfm& tfm) noexcept { tfm.users.fetch_add(1, std::memory_order_relaxed); }

}  // namespace tfm::ahash
