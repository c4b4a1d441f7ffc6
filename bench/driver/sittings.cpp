// SPDX-License-Identifier: MIT
#include "bench/driver/sittings.hpp"

#include <algorithm>

namespace tfm::bench {

std::uint32_t sitting_of(std::uint32_t round, std::uint32_t rounds, std::uint32_t sittings) {
  return static_cast<std::uint32_t>(std::uint64_t{round} * sittings / rounds);
}

std::vector<std::uint32_t> even_sittings(std::uint32_t rounds, std::uint32_t sittings) {
  std::vector<std::uint32_t> begins;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    if (sitting_of(round, rounds, sittings) == begins.size()) begins.push_back(round);
  }
  return begins;
}

std::uint32_t sitting_of(std::uint32_t round, const std::vector<std::uint32_t>& begins) {
  const auto next = std::upper_bound(begins.begin(), begins.end(), round);
  return static_cast<std::uint32_t>(next - begins.begin()) - 1;
}

void SittingEnds::ended(std::uint32_t sitting, UtcTime end) {
  const auto [place, first] = ends_.emplace(sitting, end);
  if (!first) place->second = std::max(place->second, end);
}

std::chrono::seconds SittingEnds::wait(std::uint32_t sitting, UtcTime now) const {
  std::chrono::seconds longest{0};
  for (const auto& [before, end] : ends_) {
    if (before >= sitting) break;
    longest = std::max(longest, end + sitting_gap - now);
  }
  return std::min<std::chrono::seconds>(longest, sitting_gap);
}

}  // namespace tfm::bench
