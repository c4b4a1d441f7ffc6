// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace tfm::ahash {

/// The round keys of AES-128 for both directions, 11 of 16 bytes each; those for decryption in the
/// order of the equivalent inverse cipher (FIPS-197 §5.3.5). With the CPU's instructions if it has
/// them, as aesni_set_key() does: nettle 3.8 has no code for that. `decryption` may be nullptr, as
/// for 7.x's aes128_expandkey_aesni().
void aes128_schedule(std::uint8_t* encryption, std::uint8_t* decryption,
                     const std::uint8_t* key) noexcept;

}  // namespace tfm::ahash
