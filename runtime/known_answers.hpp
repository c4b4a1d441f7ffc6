// SPDX-License-Identifier: MIT
// Known answers: what published documents say an algorithm computes. No provider is believed
// before it has reproduced them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "runtime/algorithm.hpp"

namespace tfm {

struct KnownAnswer {
  std::string_view document;   ///< where it stands: "RFC 2202 §3, case 1"
  std::string_view algorithm;  ///< "hmac(sha1)"
  std::vector<std::uint8_t> key, message;
  std::vector<std::uint8_t> digest;  ///< may be cut short, as the document has it
};

struct KnownAead {
  std::string_view document;
  std::string_view algorithm;  ///< "gcm(aes128)"
  std::vector<std::uint8_t> key, nonce, associated, plain;
  std::vector<std::uint8_t> cipher;  ///< as long as `plain`
  std::vector<std::uint8_t> tag;     ///< in CCM its length goes into it
};

/// All of them, by algorithm.
std::span<const KnownAnswer> known_answers();
std::span<const KnownAead> known_aead();

/// Holds an algorithm against its known answers. Returns how many were reproduced, or the first
/// failure in one line: what of which provider, what it should be and what it is. An algorithm for
/// which there is no known answer is a failure. Allocates; slow path.
tl::expected<std::size_t, std::string> check_known_answers(const Algorithm& algorithm);

/// Family::hash: `message`, cut in two at every position and in one piece, with every length of
/// the digest.
tl::expected<std::size_t, std::string> check_known_hashes(const Algorithm& algorithm);

/// Family::aead: both ways, in place and apart, and that nothing is authentic with a bit turned.
tl::expected<std::size_t, std::string> check_known_aead(const Algorithm& algorithm);

/// Family::compression: streams of RFC 1951, and that what is compressed comes back.
tl::expected<std::size_t, std::string> check_known_compression(const Algorithm& algorithm);

}  // namespace tfm
