// SPDX-License-Identifier: MIT
// Turns: the cells of a block measured one after the other, lap by lap, in one process. A turn is a
// warm-up and timed batches; ratios are taken between turns of the same lap.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/round/cell.hpp"
#include "bench/round/team.hpp"
#include "runtime/rng.hpp"

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

/// A cell and what is known of it so far.
struct Contender {
  std::unique_ptr<Cell> cell;
  std::string name;  ///< unique in the block: "percpu_pool#2" is an A/A copy
  std::string strategy;
  bool aa = false;

  std::vector<std::optional<double>> turn_ns_per_packet;  ///< by lap; empty: no batch was kept
  std::uint64_t batches = 0, batches_disturbed = 0;
  std::int64_t rss_bytes = 0;
  std::optional<Latencies> latencies;  ///< open loop, disturbed turns left out
  std::uint64_t open_loop_turns = 0, open_loop_turns_disturbed = 0;
  Tally tally;
};

/// One lap's order, a permutation; the next lap takes its reverse, so that each pair of cells is
/// measured in both orders equally often.
class LapOrder {
 public:
  LapOrder(std::size_t cells, std::uint64_t seed);
  const std::vector<std::size_t>& next();

 private:
  std::vector<std::size_t> order_;
  Rng rng_;
  bool reverse_ = true;
};

/// Takes plan.laps turns of every contender. Called on the team's CPU 0.
void run_turns(std::vector<Contender>& contenders, const TurnPlan& plan, Team& team,
               const Clock& clock, std::uint64_t seed);

}  // namespace tfm::bench
