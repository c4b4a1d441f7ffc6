// SPDX-License-Identifier: MIT
// What errors say: which name was wrong, which was perhaps meant, which there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tfm::bench {

/// `unknown KIND "given"; did you mean "closest"? There are: a, b`. The question only where one of
/// `names` is close.
std::string unknown(std::string_view kind, std::string_view given,
                    const std::vector<std::string>& names);

/// `text` cut at each `separator`; an empty text is one empty piece.
std::vector<std::string> split(std::string_view text, char separator);

/// The pieces of a list that is joined by ", "; an empty text is none.
std::vector<std::string> split_list(std::string_view text);

/// The whole of `text` as a number, or nothing: no sign that does not belong, no blanks, no rest.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);
std::optional<std::int64_t> parse_signed(std::string_view text);
std::optional<double> parse_decimal(std::string_view text);  ///< finite

}  // namespace tfm::bench
