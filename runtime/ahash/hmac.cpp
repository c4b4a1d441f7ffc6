// SPDX-License-Identifier: MIT
// hmac over a hash (crypto/hmac.c of Linux 6.12). The transform keeps two exported states of the
// hash, after each padded key. An operation imports one to begin and the other to end.
#include "runtime/ahash/templates.hpp"
#include "runtime/library/memory.hpp"

namespace tfm::ahash {
namespace {

/// struct hmac_ctx. Two states follow: after ipad, after opad.
struct Context {
  Shash* hash;

  std::uint8_t* pads() noexcept { return reinterpret_cast<std::uint8_t*>(this + 1); }
};

Context& context(Shash& tfm) noexcept { return *static_cast<Context*>(tfm.context()); }
/// The hash's own descriptor, in ours.
ShashDesc& inner(ShashDesc& desc) noexcept { return *static_cast<ShashDesc*>(desc.context()); }

/// Begins with a padded key and keeps the state in its place.
Errno keep_state(ShashDesc& desc, std::uint8_t* pad, std::uint32_t block_bytes) noexcept {
  if (const Errno e = shash_init(desc); failed(e)) return e;
  if (const Errno e = shash_update(desc, pad, block_bytes); failed(e)) return e;
  return shash_export(desc, pad);
}

Errno setkey(Shash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  constexpr std::uint8_t ipad_byte = 0x36, opad_byte = 0x5c;
  const ShashAlg& alg = tfm.alg();
  const std::uint32_t block_bytes = alg.base.block_bytes;
  Context& own = context(tfm);
  std::uint8_t* const ipad = own.pads();
  std::uint8_t* const opad = ipad + alg.state_bytes;
  ShashDescOnStack desc(*own.hash);
  if (bytes > block_bytes) {
    if (const Errno e = shash_digest(desc.get(), key, bytes, ipad); failed(e)) return e;
    bytes = alg.digest_bytes;
  } else {
    library::copy(ipad, key, bytes);
  }
  library::set(ipad + bytes, 0, block_bytes - bytes);
  library::copy(opad, ipad, block_bytes);
  for (std::uint32_t i = 0; i < block_bytes; ++i) {
    ipad[i] ^= ipad_byte;
    opad[i] ^= opad_byte;
  }
  if (const Errno e = keep_state(desc.get(), ipad, block_bytes); failed(e)) return e;
  return keep_state(desc.get(), opad, block_bytes);
}

Errno export_state(ShashDesc& desc, void* out) noexcept { return shash_export(inner(desc), out); }

Errno import_state(ShashDesc& desc, const void* in) noexcept {
  ShashDesc& own = inner(desc);
  own.tfm = context(*desc.tfm).hash;
  return shash_import(own, in);
}

Errno init(ShashDesc& desc) noexcept { return import_state(desc, context(*desc.tfm).pads()); }

Errno update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  return shash_update(inner(desc), data, bytes);
}

/// The second hash, over the first one's digest.
Errno outer(ShashDesc& desc, std::uint8_t* out) noexcept {
  const ShashAlg& alg = desc.tfm->alg();
  const std::uint8_t* const opad = context(*desc.tfm).pads() + alg.state_bytes;
  ShashDesc& own = inner(desc);
  if (const Errno e = shash_import(own, opad); failed(e)) return e;
  return shash_finup(own, out, alg.digest_bytes, out);
}

Errno final(ShashDesc& desc, std::uint8_t* out) noexcept {
  if (const Errno e = shash_final(inner(desc), out); failed(e)) return e;
  return outer(desc, out);
}

Errno finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
            std::uint8_t* out) noexcept {
  if (const Errno e = shash_finup(inner(desc), data, bytes, out); failed(e)) return e;
  return outer(desc, out);
}

Errno init_tfm(Shash& tfm, Gfp gfp, Owner owner) noexcept {
  Shash* hash;
  if (const Errno e = shash_spawn(hash, *tfm.alg().spawn, gfp, owner); failed(e)) return e;
  tfm.descriptor_bytes = static_cast<std::uint32_t>(sizeof(ShashDesc)) + hash->descriptor_bytes;
  context(tfm).hash = hash;
  return Errno::ok;
}

/// The hash has no key, so it is not copied: it gets one more user. The pads are not copied either.
Errno clone_tfm(Shash& to, Shash& from, Owner owner) noexcept {
  return shash_clone(context(to).hash, *context(from).hash, owner);
}

void exit_tfm(Shash& tfm) noexcept { shash_free(*context(tfm).hash); }

Bytes inner_block(Shash& tfm) noexcept { return shash_block(*context(tfm).hash); }

/// hmac_create(). No module: Debian's kernels have hmac built in.
constexpr ShashAlg hmac_of(ShashAlg& hash, HashSizes sizes) {
  const auto context_bytes = static_cast<std::uint32_t>(sizeof(Context)) + 2 * sizes.state_bytes;
  return {.base = {.block_bytes = sizes.block_bytes, .context_bytes = context_bytes},
          .digest_bytes = sizes.digest_bytes,
          .state_bytes = sizes.state_bytes,
          .spawn = &hash.base,
          .init = init,
          .update = update,
          .final = final,
          .finup = finup,
          .export_state = export_state,
          .import_state = import_state,
          .setkey = setkey,
          .init_tfm = init_tfm,
          .exit_tfm = exit_tfm,
          .clone_tfm = clone_tfm,
          .inner_block = inner_block};
}

}  // namespace

constinit ShashAlg hmac_sha1 = hmac_of(sha1, sha1_sizes);
constinit ShashAlg hmac_sha256 = hmac_of(sha256, sha256_sizes);
constinit ShashAlg hmac_sha512 = hmac_of(sha512, sha512_sizes);

}  // namespace tfm::ahash
