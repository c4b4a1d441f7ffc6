// SPDX-License-Identifier: MIT
#include "bench/driver/arguments.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

#include "bench/machine/core_list.hpp"
#include "bench/words.hpp"

namespace tfm::bench {

std::uint64_t integer_argument(std::string_view option, const std::string& text,
                               std::uint64_t least, std::uint64_t most) {
  const auto value = parse_unsigned(text);
  if (!value || *value < least || *value > most) {
    throw BadArgument{
        fmt::format("{} \"{}\" must be an integer from {} to {}", option, text, least, most)};
  }
  return *value;
}

std::uint64_t seed_argument(const std::string& text) {
  return integer_argument("--seed", text, 0, std::numeric_limits<std::uint64_t>::max());
}

void check_percent_argument(std::string_view option, const std::string& text) {
  const auto percent = parse_decimal(text);
  if (!percent || !(*percent >= 0 && *percent <= 1000)) {
    throw BadArgument{fmt::format("{} \"{}\" must be a percentage from 0 to 1000", option, text)};
  }
}

double precision_argument(const std::string& text) {
  const auto percent = parse_precision(text);
  if (!percent) throw BadArgument{fmt::format("--precision \"{}\" {}", text, precision_form)};
  return *percent;
}

std::chrono::seconds max_time_argument(const std::string& text) {
  const auto time = parse_max_time(text);
  if (!time) throw BadArgument{fmt::format("--max-time \"{}\" {}", text, max_time_form)};
  return *time;
}

std::vector<unsigned> cores_argument(const std::string& text) {
  auto cores = parse_core_list(text);
  if (!cores) throw BadArgument{fmt::format("--cpus \"{}\" {}", text, cores.error())};
  return std::move(*cores);
}

Shard shard_argument(const std::string& text) {
  constexpr std::uint64_t most_shards = 1000;
  const std::vector<std::string> parts = split(text, '/');
  const auto index = parse_unsigned(parts.front());
  const auto count = parse_unsigned(parts.back());
  if (parts.size() != 2 || !index || !count || *index < 1 || *index > *count ||
      *count > most_shards) {
    throw BadArgument{
        fmt::format("--shard \"{}\" must be I/N with 1 <= I <= N <= {}", text, most_shards)};
  }
  return {static_cast<std::uint32_t>(*index), static_cast<std::uint32_t>(*count)};
}

std::vector<AxisValues> axis_arguments(std::string_view option,
                                       const std::vector<std::string>& texts) {
  std::vector<AxisValues> arguments;
  for (const std::string& text : texts) {
    auto values = parse_axis_values(option, text);
    if (!values) throw BadArgument{values.error()};
    arguments.push_back(std::move(*values));
  }
  return arguments;
}

}  // namespace tfm::bench
