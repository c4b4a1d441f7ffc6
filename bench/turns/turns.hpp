// SPDX-License-Identifier: MIT
// Turns: the cells of a block are measured one after the other, lap by lap, in one process. A turn
// is a warm-up and timed batches. Ratios are taken between turns of the same lap.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bench/axes/forms.hpp"
#include "bench/cell/roles.hpp"
#include "bench/machine/team_counters.hpp"

namespace tfm::bench {

/// The length of a turn and the number of laps. After other strategies ran, the cost per packet
/// becomes stable within 0.35 ms at 1,000 sockets, and mostly within 8 ms at 10,000. A turn that is
/// too short changes the ratio. With runs of a flow the sockets are visited more slowly, so the
/// warm-up is longer.
struct TurnPlan {
  double warm_up_ns;
  double timed_ns;
  unsigned laps;
  CacheState cache = {};
  bool clean_simd =
      true;  ///< false only in tests that need a turn to begin with a dirty SIMD state

  static TurnPlan of(std::uint32_t sockets, std::uint32_t flow_run, const CacheState& cache,
                     bool open_loop);
};

/// Events per packet, in the order of the counters' names.
using CountsPerPacket = std::array<double, most_counters>;

/// The results of all turns of one cell.
struct Turns {
  /// By lap; nothing: the turn is void, or no batch was kept.
  std::vector<std::optional<double>> ns_per_packet;
  /// By lap too; nothing: the turn has no time, or no counted batch. Empty if nothing is counted.
  std::vector<std::optional<CountsPerPacket>> counts_per_packet;
  std::uint64_t batches = 0, batches_disturbed = 0;  ///< without void turns
  /// Kept, but without counts, because the PMU had another group for a while.
  std::uint64_t batches_uncounted = 0;
  std::uint64_t turns_void = 0;     ///< began with upper halves of SIMD registers in use
  std::uint64_t turns_dirtied = 0;  ///< not void, but its own packets put upper halves in use
  Tally tally;                      ///< warm-up included
};

/// Takes plan.laps turns of every cell. The results are in the order of `cells`. Must be called on
/// the team's CPU 0. `counters` are read before and after each time stamped, never in between.
std::vector<Turns> run_turns(std::span<CellPolls* const> cells, const TurnPlan& plan, Team& team,
                             const Clock& clock, std::uint64_t seed,
                             const TeamCounters* counters = nullptr);

}  // namespace tfm::bench
