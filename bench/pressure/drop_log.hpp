// SPDX-License-Identifier: MIT
// Records when packets were dropped: bursts, episodes until the drops end, and a timeline.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

namespace tfm::bench {

class DropLog {
 public:
  /// This many packets without a drop end an episode. They are two polls of each direction, so that
  /// polls of a direction without drops do not end it.
  static constexpr std::uint64_t quiet_packets = 256;
  /// The timeline has a point for each poll, up to this many.
  static constexpr std::size_t most_points = 400;
  static constexpr std::uint64_t packets_per_point = 64;

  using Counts = std::map<std::uint64_t, std::uint64_t>;  ///< value to its frequency
  using Point = std::array<std::uint64_t, 3>;             ///< packet, free pages, drops so far

  /// Adds the next packet. `free_pages` is the zone's number of free pages after it.
  void add(bool dropped, std::uint32_t free_pages);
  /// Call it after the last packet: ends an open burst and an open episode.
  void end();

  /// Lengths of runs of consecutive drops.
  const Counts& bursts() const noexcept { return bursts_; }
  /// Lengths of episodes in packets, from the first drop to the last one before quiet_packets
  /// packets without a drop.
  const Counts& recoveries() const noexcept { return recoveries_; }
  const std::vector<Point>& timeline() const noexcept { return timeline_; }

 private:
  void end_burst();
  void end_episode();

  std::uint64_t packets_ = 0, drops_ = 0;
  std::uint64_t burst_ = 0;  ///< consecutive drops up to now; 0: the last packet was not dropped
  std::uint64_t episode_first_ = 0;  ///< number of packets before the episode's first drop
  std::uint64_t episode_last_ = 0;   ///< number of packets up to its last drop; 0: no episode
  Counts bursts_, recoveries_;
  std::vector<Point> timeline_;
};

}  // namespace tfm::bench
