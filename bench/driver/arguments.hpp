// SPDX-License-Identifier: MIT
// Parses arguments of the command line. CLI11 passes them on as text, because its own number checks
// accept -1 and 10^23.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/driver/plan.hpp"

namespace tfm::bench {

/// All functions here throw this. It holds the line for the user.
struct BadArgument {
  std::string line;
};

std::uint64_t integer_argument(std::string_view option, const std::string& text,
                               std::uint64_t least, std::uint64_t most);
std::uint64_t seed_argument(const std::string& text);  ///< --seed: any 64 bits

/// Checks that `text` is a percentage from 0 to 1000.
void check_percent_argument(std::string_view option, const std::string& text);

double precision_argument(const std::string& text);               ///< --precision: "1%"
std::chrono::seconds max_time_argument(const std::string& text);  ///< --max-time: "10min"

/// --cpus: "0,1" or "0-1", each core once.
std::vector<unsigned> cores_argument(const std::string& text);

/// --shard: "I/N".
Shard shard_argument(const std::string& text);

/// --set and --filter: each text is "AXIS=VALUE[,VALUE]".
std::vector<AxisValues> axis_arguments(std::string_view option,
                                       const std::vector<std::string>& texts);

}  // namespace tfm::bench
