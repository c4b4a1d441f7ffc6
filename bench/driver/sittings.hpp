// SPDX-License-Identifier: MIT
// Sittings: the parts of a run that lie at least ten minutes apart, so that their difference shows
// how far a ratio travels in time.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "bench/utc_time.hpp"

namespace tfm::bench {

/// The time between the last round of a sitting and the first of the next.
inline constexpr std::chrono::minutes sitting_gap{10};

/// The sitting of a round, both counted from 0. The rounds are cut into contiguous parts whose
/// sizes differ by at most one. `sittings` is at least 1 and at most `rounds`.
std::uint32_t sitting_of(std::uint32_t round, std::uint32_t rounds, std::uint32_t sittings);

/// The first round of each of these parts.
std::vector<std::uint32_t> even_sittings(std::uint32_t rounds, std::uint32_t sittings);

/// The same for any parts, given the first round of each.
std::uint32_t sitting_of(std::uint32_t round, const std::vector<std::uint32_t>& begins);

/// When each sitting ended, as far as it has rounds.
class SittingEnds {
 public:
  void ended(std::uint32_t sitting, UtcTime end);

  /// How long a round of `sitting` must still wait: until sitting_gap has passed since the last
  /// round of the sittings before it. 0 if there is none. Never longer than sitting_gap, even if
  /// the clock was set back.
  std::chrono::seconds wait(std::uint32_t sitting, UtcTime now) const;

 private:
  std::map<std::uint32_t, UtcTime> ends_;
};

}  // namespace tfm::bench
