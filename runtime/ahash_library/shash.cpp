// SPDX-License-Identifier: MIT
#include "runtime/ahash_library/shash.hpp"

#include "runtime/library/memory.hpp"

namespace tfm::ahash_library {
namespace {

/// What a block-only algorithm needs. There is none here.
constexpr Errno no_buffer = Errno::eopnotsupp;

bool is_block_only(const Shash& tfm) noexcept { return (tfm.alg().flags & block_only) != 0; }

/// crypto_shash_op_and_zero().
Errno end_and_zero(Errno (*end)(ShashDesc&, const std::uint8_t*, std::uint32_t, std::uint8_t*),
                   ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                   std::uint8_t* out) noexcept {
  const Errno e = end(desc, data, bytes, out);
  library::zero(static_cast<std::uint8_t*>(desc.context()), desc.tfm->alg().descriptor_bytes);
  return e;
}

}  // namespace

Errno default_finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                    std::uint8_t* out) noexcept {
  const ShashAlg& alg = desc.tfm->alg();
  if (const Errno e = alg.update(desc, data, bytes); failed(e)) return e;
  return alg.final(desc, out);
}

Errno shash_create(Shash*& made, ShashAlg& alg, Gfp gfp, Owner owner) noexcept {
  auto* const tfm = static_cast<Shash*>(alloc_tfm(alg.base, 0, gfp, owner));
  if (tfm == nullptr) return Errno::enomem;
  if (alg.setkey != nullptr) tfm->base.flags |= need_key;
  made = tfm;
  return Errno::ok;
}

void shash_free(Shash& tfm) noexcept { destroy_tfm(&tfm, 0, tfm.base); }

Errno shash_setkey(Shash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  const Errno e = tfm.alg().setkey(tfm, key, bytes);
  if (failed(e)) [[unlikely]] {
    tfm.base.flags |= need_key;
    return e;
  }
  tfm.base.flags &= ~need_key;
  return Errno::ok;
}

Errno shash_init(ShashDesc& desc) noexcept {
  const Shash& tfm = *desc.tfm;
  if ((tfm.base.flags & need_key) != 0) return Errno::enokey;
  if (is_block_only(tfm)) return no_buffer;
  return tfm.alg().init(desc);
}

Errno shash_finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                  std::uint8_t* out) noexcept {
  const Shash& tfm = *desc.tfm;
  if (is_block_only(tfm)) return no_buffer;
  const ShashAlg& alg = tfm.alg();
  if (out == nullptr) return alg.update(desc, data, bytes);
  return end_and_zero(alg.finup, desc, data, bytes, out);
}

}  // namespace tfm::ahash_library
