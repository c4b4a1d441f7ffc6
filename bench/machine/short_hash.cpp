// SPDX-License-Identifier: MIT
#include "bench/machine/short_hash.hpp"

#include <fmt/format.h>
#include <nettle/sha2.h>

#include <array>
#include <span>

namespace tfm::bench {

std::string short_hash(std::string_view text) {
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
  sha256_ctx hash;
  sha256_init(&hash);
  sha256_update(&hash, text.size(), reinterpret_cast<const std::uint8_t*>(text.data()));
  sha256_digest(&hash, digest.size(), digest.data());
  std::string digits;
  for (const std::uint8_t byte : std::span(digest).first<6>())
    digits += fmt::format("{:02x}", byte);
  return digits;
}

std::optional<std::string> host_hash(std::string_view secret, std::string_view name) {
  if (secret.empty() || name.empty()) return std::nullopt;
  return short_hash(fmt::format("tfmbench\n{}\n{}", secret, name));
}

}  // namespace tfm::bench
