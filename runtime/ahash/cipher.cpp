// SPDX-License-Identifier: MIT
#include "runtime/ahash/cipher.hpp"

#include "runtime/library/memory.hpp"

namespace tfm::ahash {
namespace {

/// MAX_CIPHER_BLOCKSIZE and MAX_CIPHER_ALIGNMASK.
constexpr std::size_t most_block_bytes = 16, most_align_mask = 15;

bool aligned(const void* address, std::uint32_t mask) noexcept {
  return (reinterpret_cast<std::uintptr_t>(address) & mask) == 0;
}

std::uint8_t* align(std::uint8_t* buffer, std::uint32_t mask) noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(buffer);
  return buffer + ((at + mask) / (mask + 1) * (mask + 1) - at);
}

/// setkey_unaligned(): through an aligned copy.
Errno setkey_unaligned(Cipher& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  const CipherAlg& alg = tfm.alg();
  const std::size_t copy_bytes = std::size_t{bytes} + alg.align_mask;
  auto* const buffer =
      static_cast<std::uint8_t*>(gfp_alloc(copy_bytes, Gfp::atomic, Owner::request));
  if (buffer == nullptr) return Errno::enomem;
  std::uint8_t* const copy = align(buffer, alg.align_mask);
  library::copy(copy, key, bytes);
  const Errno e = alg.setkey(tfm, copy, bytes);
  gfp_free_sensitive(buffer, copy_bytes);
  return e;
}

}  // namespace

Errno cipher_spawn(Cipher*& made, Alg& alg, Gfp gfp, Owner owner) noexcept {
  if (!mod_get(alg)) return Errno::enoent;
  made = static_cast<Cipher*>(alloc_tfm(alg, 0, gfp, owner));
  if (made != nullptr) return Errno::ok;
  mod_put(alg);
  return Errno::enomem;
}

Errno cipher_clone(Cipher*& made, Cipher& of, Owner owner) noexcept {
  made = static_cast<Cipher*>(clone_tfm(of.base, 0, owner));
  return made != nullptr ? Errno::ok : Errno::enomem;
}

void cipher_free(Cipher& tfm) noexcept { destroy_tfm(&tfm, 0, tfm.base); }

Errno cipher_setkey(Cipher& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  const CipherAlg& alg = tfm.alg();
  if (bytes < alg.least_key_bytes || bytes > alg.most_key_bytes) return Errno::ekeyrejected;
  if (!aligned(key, alg.align_mask)) return setkey_unaligned(tfm, key, bytes);
  return alg.setkey(tfm, key, bytes);
}

void cipher_encrypt_one(Cipher& tfm, std::uint8_t* to, const std::uint8_t* from) noexcept {
  const CipherAlg& alg = tfm.alg();
  const auto encrypt = alg.encrypt;
  if (aligned(to, alg.align_mask) && aligned(from, alg.align_mask)) [[likely]] {
    encrypt(tfm, to, from);
    return;
  }
  std::uint8_t buffer[most_block_bytes + most_align_mask];
  std::uint8_t* const block = align(buffer, alg.align_mask);
  library::copy(block, from, alg.base.block_bytes);
  encrypt(tfm, block, block);
  library::copy(to, block, alg.base.block_bytes);
}

}  // namespace tfm::ahash
