// SPDX-License-Identifier: MIT
// The timed pass: ns per packet in turns, and latencies in open loop if the block has a load.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "bench/cell/round_file.hpp"
#include "bench/machine/counter_group.hpp"
#include "bench/timed/open_loop.hpp"
#include "bench/turns/turns.hpp"

namespace tfm::bench {

struct TimedCell {
  std::string name;  ///< unique in the block: "percpu_pool#2" is an A/A copy
  std::string strategy;
  bool aa = false;
  std::int64_t rss_bytes = 0;  ///< growth of the process while the sockets opened
  Turns turns;
  std::optional<OpenLoopTurns> open_loop;
  Tally tally;  ///< turns and open loop together
};

struct TimedRound : RoundFacts {
  std::optional<OfferedLoad> load;
  std::vector<std::string> counters;  ///< names of the events that turns count
  std::string counters_missing;       ///< which are not there and why; empty: none
  std::vector<TimedCell> cells;
};

/// Checks every cell's bytes, then times. Throws std::runtime_error with one line if a cell cannot
/// be made, its bytes are wrong, or packets were lost or misjudged while timing.
TimedRound run_timed_round(const RoundRequest& request,
                           const CounterSource& counters = hardware_counters());

/// The result file's text (results/README.md).
std::string to_json(const RoundRequest& request, const TimedRound& round);

}  // namespace tfm::bench
