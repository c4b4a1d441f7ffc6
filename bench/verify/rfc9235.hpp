// SPDX-License-Identifier: MIT
// RFC 9235's test vectors for TCP-AO. They are read from JSON and checked with the benchmark's own
// code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "runtime/algorithm.hpp"

namespace tfm::bench {

struct AoVector {
  std::string section;    ///< of the RFC
  std::string algorithm;  ///< "HMAC-SHA-1-96"
  bool covers_options = true;
  std::uint32_t source_isn = 0, destination_isn = 0, sne = 0;
  std::uint8_t client_keyid = 0, server_keyid = 0;
  std::vector<std::uint8_t> master_key, packet, traffic_key, mac;
};

/// The built-in vectors (tests/vectors/rfc9235.json).
std::string_view rfc9235_json() noexcept;

/// Errors in one line: not JSON, a missing value, a wrong type, not hex. `source` names the file in
/// the error.
tl::expected<std::vector<AoVector>, std::string> read_ao_vectors(std::string_view json,
                                                                 std::string_view source);

/// Derives the traffic key and computes the MAC of the vector's packet. Returns what differs, in
/// one line, or nothing.
std::optional<std::string> check_ao_vector(const AoVector& vector, const Algorithm& algorithm);

}  // namespace tfm::bench
