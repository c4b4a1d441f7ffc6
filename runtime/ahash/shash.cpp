// SPDX-License-Identifier: MIT
#include "runtime/ahash/shash.hpp"

#include "runtime/library/memory.hpp"

namespace tfm::ahash {
namespace {

/// crypto_shash_exit_tfm().
void exit_tfm(Tfm& base) noexcept {
  auto& tfm =
      *reinterpret_cast<Shash*>(reinterpret_cast<std::uint8_t*>(&base) - Shash::before_bytes);
  tfm.alg().exit_tfm(tfm);
}

/// crypto_shash_init_tfm().
Errno init_tfm(Shash& tfm, Gfp gfp, Owner owner) noexcept {
  ShashAlg& alg = tfm.alg();
  tfm.descriptor_bytes = alg.descriptor_bytes;
  if (needs_key<Shash>(alg)) tfm.base.flags |= need_key;
  if (alg.init_tfm == nullptr) return Errno::ok;
  if (const Errno e = alg.init_tfm(tfm, gfp, owner); failed(e)) return e;
  // It may have made the descriptor longer. The kernel warns, too.
  if (tfm.descriptor_bytes > most_descriptor_bytes) [[unlikely]] {
    if (alg.exit_tfm != nullptr) alg.exit_tfm(tfm);
    return Errno::einval;
  }
  tfm.base.exit = exit_tfm;
  return Errno::ok;
}

/// shash_default_digest().
Errno default_digest(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                     std::uint8_t* out) noexcept {
  const ShashAlg& alg = desc.tfm->alg();
  if (const Errno e = alg.init(desc); failed(e)) return e;
  return alg.finup(desc, data, bytes, out);
}

}  // namespace

Errno shash_create(Shash*& made, ShashAlg& alg, Gfp gfp, Owner owner) noexcept {
  auto* const tfm = static_cast<Shash*>(alloc_tfm(alg.base, Shash::before_bytes, gfp, owner));
  if (tfm == nullptr) return Errno::enomem;
  if (const Errno e = init_tfm(*tfm, gfp, owner); failed(e)) {
    gfp_free(tfm);
    return e;
  }
  made = tfm;
  return Errno::ok;
}

Errno shash_spawn(Shash*& made, Alg& alg, Gfp gfp, Owner owner) noexcept {
  if (!mod_get(alg)) return Errno::enoent;
  const Errno e = shash_create(made, reinterpret_cast<ShashAlg&>(alg), gfp, owner);
  if (failed(e)) mod_put(alg);
  return e;
}

Errno shash_clone(Shash*& made, Shash& of, Owner owner) noexcept {
  const ShashAlg& alg = of.alg();
  if (alg.setkey == no_setkey<Shash>) {
    tfm_get(of.base);
    made = &of;
    return Errno::ok;
  }
  auto* const tfm = static_cast<Shash*>(clone_tfm(of.base, Shash::before_bytes, owner));
  if (tfm == nullptr) return Errno::enomem;
  tfm->descriptor_bytes = of.descriptor_bytes;
  if (const Errno e = alg.clone_tfm(*tfm, of, owner); failed(e)) {
    // The context is zeros: there is nothing for exit_tfm() to give back.
    tfm->base.exit = nullptr;
    shash_free(*tfm);
    return e;
  }
  made = tfm;
  return Errno::ok;
}

void shash_free(Shash& tfm) noexcept { destroy_tfm(&tfm, Shash::before_bytes, tfm.base); }

Errno shash_setkey(Shash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  const ShashAlg& alg = tfm.alg();
  const Errno e = alg.setkey(tfm, key, bytes);
  if (failed(e)) [[unlikely]] {
    if (needs_key<Shash>(alg)) tfm.base.flags |= need_key;
    return e;
  }
  tfm.base.flags &= ~need_key;
  return Errno::ok;
}

Errno shash_update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  return desc.tfm->alg().update(desc, data, bytes);
}

Errno shash_final(ShashDesc& desc, std::uint8_t* out) noexcept {
  return desc.tfm->alg().final(desc, out);
}

Errno shash_finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                  std::uint8_t* out) noexcept {
  return desc.tfm->alg().finup(desc, data, bytes, out);
}

Errno shash_digest(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                   std::uint8_t* out) noexcept {
  const Shash& tfm = *desc.tfm;
  if ((tfm.base.flags & need_key) != 0) return Errno::enokey;
  const ShashAlg& alg = tfm.alg();
  if (alg.digest != nullptr) return alg.digest(desc, data, bytes, out);
  return default_digest(desc, data, bytes, out);
}

Errno shash_export(ShashDesc& desc, void* out) noexcept {
  const Shash& tfm = *desc.tfm;
  const ShashAlg& alg = tfm.alg();
  if (alg.export_state != nullptr) return alg.export_state(desc, out);
  library::copy(static_cast<std::uint8_t*>(out), static_cast<const std::uint8_t*>(desc.context()),
                tfm.descriptor_bytes);
  return Errno::ok;
}

Errno shash_import(ShashDesc& desc, const void* in) noexcept {
  const Shash& tfm = *desc.tfm;
  const ShashAlg& alg = tfm.alg();
  if ((tfm.base.flags & need_key) != 0) return Errno::enokey;
  if (alg.import_state != nullptr) return alg.import_state(desc, in);
  library::copy(static_cast<std::uint8_t*>(desc.context()), static_cast<const std::uint8_t*>(in),
                tfm.descriptor_bytes);
  return Errno::ok;
}

}  // namespace tfm::ahash
