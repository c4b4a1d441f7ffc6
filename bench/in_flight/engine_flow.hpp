// SPDX-License-Identifier: MIT
// Packets through a strategy while an engine computes the operations: how the strategy's limit on
// operations in flight affects the throughput. Time is virtual, operations are real, and every
// packet is checked.
#pragma once

#include <cstdint>

#include "bench/cell/cell.hpp"
#include "bench/cell/offload.hpp"

namespace tfm::bench {

struct EngineOptions {
  std::uint32_t depth;      ///< operations that the engine can hold
  std::uint32_t engine_ns;  ///< mean delay of the engine
  double service_ns;        ///< CPU time of a packet without the engine
  double own_ns;            ///< the part of service_ns that the CPU does if the engine computes
  std::uint64_t seed;
};

struct EngineFlow {
  InFlight kind{};
  std::uint64_t packets = 0;
  std::uint64_t refused = 0;       ///< operations on the stack: computed on the CPU
  std::uint32_t most_held = 0;     ///< largest number of operations in flight
  std::uint64_t waits = 0;         ///< packets that waited although the engine had room
  double waited_ns = 0;            ///< time that the CPU waited for them
  std::uint64_t engine_waits = 0;  ///< packets that waited for room in the engine
  double engine_waited_ns = 0;
  double pps = 0;               ///< measured after the engine is filled
  std::uint64_t overtaken = 0;  ///< Verdict::overtaken
  std::uint64_t checked = 0, wrong = 0;
  std::uint64_t request_bytes_peak = 0;  ///< MeteredGfp::peak_bytes() of the flow
  Tally tally;
};

/// Runs `laps` times through CPU 0's trace of `polls` polls. The cell's sockets must be open. The
/// engine empties between two laps. The same cell and options give the same flow, bit for bit,
/// except for the allocator's rounding in request_bytes_peak.
EngineFlow run_engine_flow(Cell& cell, std::uint64_t polls, unsigned laps,
                           const EngineOptions& options);

}  // namespace tfm::bench
