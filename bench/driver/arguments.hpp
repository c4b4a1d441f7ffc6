// SPDX-License-Identifier: MIT
// The arguments of the command line that CLI11 hands over as text: its own number checks let -1 and
// 10^23 through.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/driver/plan.hpp"

namespace tfm::bench {

/// Thrown by all functions here: the line for the user.
struct BadArgument {
  std::string line;
};

std::uint64_t integer_argument(std::string_view option, const std::string& text,
                               std::uint64_t least, std::uint64_t most);
std::uint64_t seed_argument(const std::string& text);  ///< --seed: any 64 bits

/// Checks that `text` is a percentage from 0 to 1000.
void check_percent_argument(std::string_view option, const std::string& text);

/// --cpus: "0,1" or "0-1", each core once.
std::vector<unsigned> cores_argument(const std::string& text);

/// --shard: "I/N".
Shard shard_argument(const std::string& text);

/// --set and --filter: "AXIS=VALUE[,VALUE]" each.
std::vector<AxisValues> axis_arguments(std::string_view option,
                                       const std::vector<std::string>& texts);

}  // namespace tfm::bench
