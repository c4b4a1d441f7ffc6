// SPDX-License-Identifier: MIT
// Hashes that stand for a machine in result files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tfm::bench {

/// The first 12 hexadecimal digits of the text's SHA-256.
std::string short_hash(std::string_view text);

/// Tells machines apart without giving their names away: the short hash of the host's name and a
/// secret of the machine. Without the secret anyone could hash likely names and compare. Nothing if
/// one of the two is empty.
std::optional<std::string> host_hash(std::string_view secret, std::string_view name);

}  // namespace tfm::bench
