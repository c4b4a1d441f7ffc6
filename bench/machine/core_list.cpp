// SPDX-License-Identifier: MIT
#include "bench/machine/core_list.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "bench/words.hpp"

namespace tfm::bench {

tl::expected<std::vector<unsigned>, std::string> parse_core_list(std::string_view text) {
  constexpr std::uint64_t most_core = (1U << 20) - 1;
  std::vector<unsigned> cores;
  std::unordered_set<std::uint64_t> seen;
  for (const std::string& piece : split(text, ',')) {
    const std::vector<std::string> ends = split(piece, '-');
    const auto first = parse_unsigned(ends.front());
    const auto last = parse_unsigned(ends.back());
    if (ends.size() > 2 || !first || !last || *first > *last || *last > most_core) {
      return tl::unexpected(std::string("must be a list of cores such as 0,1 or 0-1"));
    }
    for (std::uint64_t core = *first; core <= *last; ++core) {
      if (!seen.insert(core).second) {
        return tl::unexpected(fmt::format("names core {} twice", core));
      }
      cores.push_back(static_cast<unsigned>(core));
    }
  }
  return cores;
}

std::string core_list_text(std::span<const unsigned> cores) {
  std::string text;
  for (std::size_t first = 0; first < cores.size();) {
    std::size_t last = first;
    while (last + 1 < cores.size() && cores[last + 1] == cores[last] + 1) ++last;
    if (!text.empty()) text += ',';
    text += fmt::format("{}", cores[first]);
    if (last > first) text += fmt::format("-{}", cores[last]);
    first = last + 1;
  }
  return text;
}

}  // namespace tfm::bench
