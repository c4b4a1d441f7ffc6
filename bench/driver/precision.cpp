// SPDX-License-Identifier: MIT
#include "bench/driver/precision.hpp"

#include "bench/words.hpp"

namespace tfm::bench {

bool is_precision(double percent) { return percent > 0 && percent <= 50; }

std::optional<double> parse_precision(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  const auto percent = parse_decimal(text.substr(0, text.size() - 1));
  return percent && is_precision(*percent) ? percent : std::nullopt;
}

std::optional<std::chrono::seconds> parse_max_time(std::string_view text) {
  constexpr std::chrono::seconds most = std::chrono::hours(1000);
  for (const auto& [unit, seconds] :
       {std::pair<std::string_view, int>{"s", 1}, {"min", 60}, {"h", 3600}}) {
    if (!text.ends_with(unit)) continue;
    const auto number = parse_unsigned(text.substr(0, text.size() - unit.size()));
    if (!number || *number < 1) return std::nullopt;
    if (*number > static_cast<std::uint64_t>(most.count() / seconds)) return std::nullopt;
    return std::chrono::seconds(*number * static_cast<unsigned>(seconds));
  }
  return std::nullopt;
}

}  // namespace tfm::bench
