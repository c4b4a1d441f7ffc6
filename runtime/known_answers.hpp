// SPDX-License-Identifier: MIT
// Known answers: what an algorithm computes, according to published documents. A provider is
// trusted only after it has reproduced them.
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
  std::string_view document;   ///< its source: "RFC 2202 §3, case 1"
  std::string_view algorithm;  ///< "hmac(sha1)"
  std::vector<std::uint8_t> key, message;
  std::vector<std::uint8_t> digest;  ///< may be truncated, as in the document
};

struct KnownAead {
  std::string_view document;
  std::string_view algorithm;  ///< "gcm(aes128)"
  std::vector<std::uint8_t> key, nonce, associated, plain;
  std::vector<std::uint8_t> cipher;  ///< as long as `plain`
  std::vector<std::uint8_t> tag;     ///< CCM: the tag depends on its length
};

/// All known answers, by algorithm.
std::span<const KnownAnswer> known_answers();
std::span<const KnownAead> known_aead();

/// Checks an algorithm with its known answers. Returns how many it reproduced, or the first failure
/// in one line: algorithm, provider, what was expected and what came. An algorithm without known
/// answers is a failure. Allocates; slow path.
tl::expected<std::size_t, std::string> check_known_answers(const Algorithm& algorithm);

/// Family::hash: `message` in one piece and cut in two at every position; every length of the
/// digest.
tl::expected<std::size_t, std::string> check_known_hashes(const Algorithm& algorithm);

/// Family::aead: both ways, in place and not; with one bit flipped nothing is authentic.
tl::expected<std::size_t, std::string> check_known_aead(const Algorithm& algorithm);

/// Family::compression: streams of RFC 1951; what is compressed decompresses to the same.
tl::expected<std::size_t, std::string> check_known_compression(const Algorithm& algorithm);

}  // namespace tfm
