// SPDX-License-Identifier: MIT
// Turns: the cells of a block measured one after the other, lap by lap, in one process. A turn is a
// warm-up and timed batches; ratios are taken between turns of the same lap.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bench/cell/roles.hpp"
#include "bench/machine/team.hpp"

namespace tfm::bench {

/// How long things take. Cost settles within 0.35 ms at 1,000 sockets and mostly within 8 ms at
/// 10,000 after other strategies ran; a turn that is too short moves the ratio itself.
struct TurnPlan {
  double warm_up_ns;
  double timed_ns;
  unsigned laps;
  unsigned polluted_kib;  ///< touched between polls, untimed; 0: the cache stays warm

  static TurnPlan of(std::uint32_t sockets, unsigned polluted_kib, bool open_loop);
};

/// What all turns of one cell gave.
struct Turns {
  std::vector<std::optional<double>> ns_per_packet;  ///< by lap; empty: no batch was kept
  std::uint64_t batches = 0, batches_disturbed = 0;
  Tally tally;  ///< warm-up included
};

/// plan.laps turns of every cell; the results in the order of `cells`. Called on the team's CPU 0.
std::vector<Turns> run_turns(std::span<CellPolls* const> cells, const TurnPlan& plan, Team& team,
                             const Clock& clock, std::uint64_t seed);

}  // namespace tfm::bench
