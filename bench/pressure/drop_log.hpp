// SPDX-License-Identifier: MIT
// When packets were dropped: in bursts, in episodes until drops ceased, and along a timeline.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

namespace tfm::bench {

class DropLog {
 public:
  /// So many packets without a drop end an episode: two polls of each direction, so that the polls
  /// of the direction that loses nothing do not end one.
  static constexpr std::uint64_t quiet_packets = 256;
  /// The timeline has a point for each of the first polls, up to so many.
  static constexpr std::size_t most_points = 400;
  static constexpr std::uint64_t packets_per_point = 64;

  using Counts = std::map<std::uint64_t, std::uint64_t>;  ///< a value, how often
  using Point = std::array<std::uint64_t, 3>;             ///< packet, free pages, drops so far

  /// The next packet. `free_pages` is the zone's, after it.
  void add(bool dropped, std::uint32_t free_pages);
  /// There is no next packet: what is open ends.
  void end();

  /// Lengths of runs of consecutive drops.
  const Counts& bursts() const noexcept { return bursts_; }
  /// Lengths of episodes in packets: from a drop to the last one before quiet_packets without any.
  const Counts& recoveries() const noexcept { return recoveries_; }
  const std::vector<Point>& timeline() const noexcept { return timeline_; }

 private:
  void end_burst();
  void end_episode();

  std::uint64_t packets_ = 0, drops_ = 0;
  std::uint64_t burst_ = 0;          ///< drops up to the last packet; 0: it was not dropped
  std::uint64_t episode_first_ = 0;  ///< packets before the episode's first drop
  std::uint64_t episode_last_ = 0;   ///< packets up to its last drop; 0: there is no episode
  Counts bursts_, recoveries_;
  std::vector<Point> timeline_;
};

}  // namespace tfm::bench
