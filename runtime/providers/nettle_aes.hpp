// SPDX-License-Identifier: MIT
// nettle's AES as the kernel keeps it, and as nettle's modes call it.
#pragma once

#include <nettle/aes.h>

#include <cstddef>
#include <cstdint>

namespace tfm {

template <class Schedule, std::uint32_t KeyBytes, auto SetKey, auto Encrypt>
struct AesOf {
  static constexpr std::uint16_t key_bytes = KeyBytes;

  /// A key for encryption, with the fields, the order and the size of Linux 7.3's struct aes_enckey
  /// (include/crypto/aes.h): whatever the key's length, it has room for AES-256's round keys.
  struct Key {
    std::uint32_t key_bytes;  ///< 0: there is no key
    std::uint32_t unused[3];  ///< in the kernel the number of rounds, and padding
    union {
      Schedule schedule;
      std::uint32_t round_keys[60];  ///< FIPS 197 §5.2: 15 round keys of 4 words
    };

    void set(const std::uint8_t* key) noexcept {
      SetKey(&schedule, key);
      key_bytes = KeyBytes;
    }
  };
  static_assert(sizeof(Key) == 256);

  /// nettle's modes take const void*; its AES functions take a typed pointer.
  static void encrypt(const void* schedule, std::size_t length, std::uint8_t* to,
                      const std::uint8_t* from) noexcept {
    Encrypt(static_cast<const Schedule*>(schedule), length, to, from);
  }
};
using Aes128 = AesOf<aes128_ctx, AES128_KEY_SIZE, aes128_set_encrypt_key, aes128_encrypt>;
using Aes256 = AesOf<aes256_ctx, AES256_KEY_SIZE, aes256_set_encrypt_key, aes256_encrypt>;

}  // namespace tfm
