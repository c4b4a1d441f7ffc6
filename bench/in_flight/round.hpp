// SPDX-License-Identifier: MIT
// The in_flight pass: operations that an engine computes and that end later, out of order; and
// packets that are received while an operation is in flight. It times only the service times, which
// virtual time needs, and the sections that received packets wait for.
#pragma once

#include <string>
#include <vector>

#include "bench/block.hpp"
#include "bench/cell/round_file.hpp"
#include "bench/cell/workload.hpp"
#include "bench/in_flight/engine_flow.hpp"
#include "bench/in_flight/preemption.hpp"

namespace tfm::bench {

struct InFlightCell {
  std::string strategy;
  EngineOptions engine;
  EngineFlow flow;
  Preemption preemption;
};

struct InFlightRound : RoundFacts {
  std::vector<InFlightCell> cells;
};

/// Checks every cell's bytes and measures the service times, in turns. Then it runs one cell after
/// the other. Throws std::runtime_error with one line if a cell cannot be made or a packet is
/// wrong.
InFlightRound run_in_flight_round(const RoundRequest& request);

/// The result file's text (results/README.md).
std::string to_json(const RoundRequest& request, const InFlightRound& round);

}  // namespace tfm::bench
