// SPDX-License-Identifier: MIT
// What AEAD algorithms accept, the same for every provider.
#pragma once

#include "runtime/algorithm.hpp"

namespace tfm {

/// GCM and ChaCha20-Poly1305 as ESP, GCMP and TLS use them (RFC 4106, IEEE 802.11 §12.5.5, RFC
/// 8439): nonces of 96 bits, whole tags.
inline constexpr std::uint16_t aead_tag_bytes = 16, aead_nonce_bytes = 12;

/// CCM's nonce in CCMP (IEEE 802.11 §12.5.3): two bytes are left for the text's length.
inline constexpr std::uint16_t ccm_nonce_bytes = 13;

/// OpenSSL takes lengths as int. Packets are much shorter.
inline constexpr std::size_t max_text_bytes = std::size_t{1} << 30;
inline bool lengths_fit(const AeadText& text) noexcept {
  return text.from.size() <= max_text_bytes && text.associated.size() <= max_text_bytes;
}

inline bool aead_takes(const AeadText& text, std::size_t tag_bytes) noexcept {
  return text.nonce.size() == aead_nonce_bytes && tag_bytes == aead_tag_bytes && lengths_fit(text);
}

/// SP 800-38C §A.1: nonce and length of the text share 15 bytes; even tags of 4 to 16 bytes.
inline bool ccm_takes(const AeadText& text, std::size_t tag_bytes) noexcept {
  const std::size_t nonce = text.nonce.size();
  if (nonce < 7 || nonce > 13) return false;
  static_assert(max_text_bytes >> 32 == 0, "a length field of four bytes needs no check");
  const bool nonce_leaves_room = nonce < 12 || text.from.size() >> 8 * (15 - nonce) == 0;
  return tag_bytes >= 4 && tag_bytes <= 16 && tag_bytes % 2 == 0 && nonce_leaves_room &&
         lengths_fit(text);
}

}  // namespace tfm
