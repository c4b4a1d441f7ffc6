// SPDX-License-Identifier: MIT
// Counts the lines of code of strategies and protocols.
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
  std::uint32_t own = 0;  ///< lines of NAME.hpp and, if it exists, NAME.cpp
  /// Lines of all headers in the same folder (strategies/, workloads/) that these files include,
  /// directly or indirectly. Each header counts with the .cpp beside it, if that exists.
  std::uint32_t shared = 0;
};

struct LinesOfCode {
  std::map<std::string, Lines> strategies, protocols;  ///< by registered name
};

/// Counts for every registered strategy and protocol. The contracts, strategies/strategy.hpp and
/// workloads/protocol.hpp, are not counted. Returns nothing if a file is missing in the folder
/// `source`.
std::optional<LinesOfCode> lines_of_code(const std::filesystem::path& source);

/// Whether a line has more than blanks and a comment. Block comments would count as code, but no
/// file here has one.
bool is_code(std::string_view line);

}  // namespace tfm::bench
