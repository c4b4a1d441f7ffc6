// SPDX-License-Identifier: MIT
// What a run can be asked for in place of a number of rounds: that blocks get rounds until their
// comparisons are decided, or as narrow as `percent`. docs/method.md says how; plots/ decides.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tfm::bench {

struct Precision {
  double percent = 1;  ///< half-width of an interval; the default up to a margin of 1.5 %
  std::optional<std::chrono::seconds> max_time;  ///< of all these rounds together
};

/// The rounds of a block at which it is judged, and stops or goes on: each about √2 times the one
/// before. Eight at first, and not the six that a verdict needs: if a process draws one of two
/// places for its ratio, six rounds are all at one of them in 3 % of runs, eight in 0.8 %.
inline constexpr std::array<std::uint32_t, 8> look_rounds{8, 11, 16, 23, 32, 45, 64, 90};

/// "1%", "0.5%". Nothing if it is anything else.
std::optional<double> parse_precision(std::string_view text);
bool is_precision(double percent);
inline constexpr std::string_view precision_form =
    "must be a percentage above 0, at most 50, such as 1%";

/// "90s", "10min", "2h". Nothing if it is anything else.
std::optional<std::chrono::seconds> parse_max_time(std::string_view text);
inline constexpr std::string_view max_time_form =
    "must be a whole number of s, min or h from 1s to 1000h, such as 90s or 10min";

}  // namespace tfm::bench
