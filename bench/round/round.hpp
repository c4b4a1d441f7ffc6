// SPDX-License-Identifier: MIT
// A round: one fresh process that measures one block.
#pragma once

#include <optional>
#include <vector>

#include "bench/block.hpp"
#include "bench/round/counted.hpp"
#include "bench/round/in_flight.hpp"
#include "bench/round/machine_watch.hpp"
#include "bench/round/open_loop.hpp"
#include "bench/round/pressure.hpp"
#include "bench/round/turns.hpp"

namespace tfm::bench {

struct TimedRound {
  double duration_ns = 0;
  double stamp_ns = 0;
  MachineEvents machine;
  bool pinned = false;
  std::optional<OfferedLoad> load;
  std::vector<Contender> contenders;  ///< without their cells
};

struct CountedRound {
  double duration_ns = 0;
  std::vector<CountedCell> cells;  ///< of the request's strategies, in their order
};

/// A round's cells, open, each at a place of its own in its trace. They open their memory in an
/// order that `rng` draws: a fixed one made copies of one strategy differ by 0.5 %. Throws
/// std::runtime_error with one line if a cell cannot be made or its bytes are wrong: then nothing
/// has been timed.
std::vector<Contender> open_cells(const RoundRequest& request, const Workload& workload, Rng& rng);

/// Checks every cell's bytes, then times. Throws std::runtime_error with one line if a cell cannot
/// be made, its bytes are wrong, or packets were lost or misjudged while it was timed.
TimedRound run_timed_round(const RoundRequest& request);

/// Each cell in a child process, so that each finds the same heap. Needs the counted gfp, and to be
/// the only thread. `packets`: on each CPU, counted_packets() but for tests. Throws as above.
CountedRound run_counted_round(const RoundRequest& request, Accounting& accounting,
                               std::uint64_t packets);

/// The result files' texts (results/README.md).
std::string to_json(const RoundRequest& request, const TimedRound& round);
std::string to_json(const RoundRequest& request, const CountedRound& round);
std::string to_json(const RoundRequest& request, const PressureRound& round);
std::string to_json(const RoundRequest& request, const InFlightRound& round);

}  // namespace tfm::bench
