// SPDX-License-Identifier: MIT
// How long strategies and protocols are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tfm::bench {

/// Lines of code.
struct Lines {
  std::uint32_t own = 0;  ///< of NAME.hpp and, where there is one, NAME.cpp
  /// Of the headers below the same folder (strategies/, workloads/) that these include, and those
  /// again, each with the .cpp beside it, where there is one.
  std::uint32_t shared = 0;
};

struct LinesOfCode {
  std::map<std::string, Lines> strategies, protocols;  ///< by registered name
};

/// Of every registered strategy and protocol; the contracts, strategies/strategy.hpp and
/// workloads/protocol.hpp, are nobody's. Nothing where a file of theirs is not below the folder
/// `source`.
std::optional<LinesOfCode> lines_of_code(const std::filesystem::path& source);

/// Whether a line holds more than blanks and a comment. Block comments, which no file here has,
/// would count as code.
bool is_code(std::string_view line);

}  // namespace tfm::bench
