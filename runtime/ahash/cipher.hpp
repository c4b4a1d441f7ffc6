// SPDX-License-Identifier: MIT
// Ciphers of one block (include/crypto/internal/cipher.h, crypto/cipher.c of Linux 6.12).
#pragma once

#include "runtime/ahash/tfm.hpp"

namespace tfm::ahash {

struct Cipher;

/// struct crypto_alg with its cipher_alg.
struct CipherAlg {
  Alg base{};  ///< first: a Tfm's algorithm is that of its frontend
  std::uint32_t align_mask = 0;
  std::uint32_t least_key_bytes = 0, most_key_bytes = 0;
  Errno (*setkey)(Cipher& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept = nullptr;
  void (*encrypt)(Cipher& tfm, std::uint8_t* to, const std::uint8_t* from) noexcept = nullptr;
};

/// struct crypto_cipher. The algorithm's context follows.
struct Cipher {
  Tfm base;

  CipherAlg& alg() const noexcept { return *reinterpret_cast<CipherAlg*>(base.alg); }
};

/// crypto_spawn_cipher(). Errors: enomem.
Errno cipher_spawn(Cipher*& made, Alg& alg, Gfp gfp, Owner owner) noexcept;
/// crypto_clone_cipher(): in atomic context, without the key. Errors: enomem.
Errno cipher_clone(Cipher*& made, Cipher& of, Owner owner) noexcept;
/// crypto_free_cipher().
void cipher_free(Cipher& tfm) noexcept;

/// crypto_cipher_setkey(). Errors: ekeyrejected: a length that it does not take (the kernel says
/// EINVAL); enomem: the key is not aligned, and there is no memory for a copy.
Errno cipher_setkey(Cipher& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept;

/// crypto_cipher_encrypt_one(): one block. Goes through a buffer if an address is not aligned.
void cipher_encrypt_one(Cipher& tfm, std::uint8_t* to, const std::uint8_t* from) noexcept;

}  // namespace tfm::ahash
