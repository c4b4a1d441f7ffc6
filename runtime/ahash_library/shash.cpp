// SPDX-License-Identifier: MIT
#include "runtime/ahash_library/shash.hpp"

#include "runtime/library/memory.hpp"

namespace tfm::ahash_library {
namespace {

bool has(const Shash& tfm, std::uint32_t flag) noexcept {
  return (tfm.alg().base.flags & flag) != 0;
}

std::uint8_t* context_of(ShashDesc& desc) noexcept {
  return static_cast<std::uint8_t*>(desc.context());
}

/// crypto_shash_op_and_zero().
inline Errno end_and_zero(Errno (*end)(ShashDesc&, const std::uint8_t*, std::uint32_t,
                                       std::uint8_t*),
                          ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
                          std::uint8_t* out) noexcept {
  const Errno e = end(desc, data, bytes, out);
  library::set(context_of(desc), 0, desc.tfm->alg().descriptor_bytes);
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
  if (ahash::needs_key<Shash>(alg)) tfm->base.flags |= need_key;
  made = tfm;
  return Errno::ok;
}

void shash_free(Shash& tfm) noexcept { destroy_tfm(&tfm, 0, tfm.base); }

Errno shash_setkey(Shash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  const ShashAlg& alg = tfm.alg();
  const Errno e = alg.setkey(tfm, key, bytes);
  if (failed(e)) [[unlikely]] {
    if (ahash::needs_key<Shash>(alg)) tfm.base.flags |= need_key;
    return e;
  }
  tfm.base.flags &= ~need_key;
  return Errno::ok;
}

Errno shash_init(ShashDesc& desc) noexcept {
  const Shash& tfm = *desc.tfm;
  if ((tfm.base.flags & need_key) != 0) return Errno::enokey;
  if (has(tfm, ahash::alg_flag::block_only)) {
    context_of(desc)[tfm.alg().descriptor_bytes - 1] = 0;
  }
  return tfm.alg().init(desc);
}

Errno shash_finup(ShashDesc& __restrict desc, const std::uint8_t* data, std::uint32_t bytes,
                  std::uint8_t* __restrict out) noexcept {
  const Shash& tfm = *desc.tfm;
  if (has(tfm, ahash::alg_flag::block_only)) {
    const bool finup_max = out != nullptr && has(tfm, ahash::alg_flag::finup_max);
    // What finup must be left, though it fills a block.
    const std::uint32_t kept = has(tfm, ahash::alg_flag::final_nonzero) ? 1 : 0;
    // The buffer ends the state, and the byte behind it says how much waits there.
    std::uint8_t& waiting = context_of(desc)[tfm.alg().descriptor_bytes - 1];
    const std::uint32_t block = tfm.alg().base.block_bytes;
    std::uint8_t* const buffer = &waiting - block;
    if (waiting != 0 || !finup_max) [[unlikely]] {
      while (waiting + bytes >= block + kept) {
        std::uint32_t whole = bytes - kept;
        const std::uint8_t* source = data;
        if (waiting != 0) {
          library::copy(buffer + waiting, data, block - waiting);
          whole = block;
          source = buffer;
        }
        const Errno e = tfm.alg().update(desc, source, whole);
        if (!is_left_over(e)) return e;
        const std::uint32_t taken = whole - left_over(e) - waiting;
        data += taken;
        bytes -= taken;
        waiting = 0;
      }
      if (waiting != 0 || out == nullptr) {
        library::copy(buffer + waiting, data, bytes);
        waiting = static_cast<std::uint8_t>(waiting + bytes);
        if (out == nullptr) return Errno::ok;
        data = buffer;
        bytes = waiting;
      }
    }
  } else if (out == nullptr) {
    return tfm.alg().update(desc, data, bytes);
  }
  return end_and_zero(tfm.alg().finup, desc, data, bytes, out);
}

}  // namespace tfm::ahash_library
