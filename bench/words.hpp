// SPDX-License-Identifier: MIT
// Error texts for a wrong name: the name that was given, the closest one, and all valid ones. Also
// the parsing of numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tfm::bench {

/// `unknown KIND "given"; did you mean "closest"? There are: a, b`. The question is left out if no
/// name is close.
std::string unknown(std::string_view kind, std::string_view given,
                    const std::vector<std::string>& names);

/// `text` cut at each `separator`. An empty text gives one empty piece.
std::vector<std::string> split(std::string_view text, char separator);

/// The pieces of a list joined by ", ". An empty text gives none.
std::vector<std::string> split_list(std::string_view text);

/// `text` as a number. Nothing if it contains anything else: blanks, a wrong sign, more characters.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
std::optional<std::int64_t> parse_signed(std::string_view text);
std::optional<double> parse_decimal(std::string_view text);  ///< finite

}  // namespace tfm::bench
