// SPDX-License-Identifier: MIT
// Packets through a strategy whose operations an engine computes: what its rule of how many may be
// in flight makes of the throughput. Virtual time; real operations, every packet checked.
#pragma once

#include <cstdint>

#include "bench/cell/cell.hpp"
#include "bench/cell/offload.hpp"

namespace tfm::bench {

struct EngineOptions {
  std::uint32_t depth;      ///< operations that the engine takes at once
  std::uint32_t engine_ns;  ///< its mean delay
  double service_ns;        ///< a packet without the engine
  double own_ns;            ///< of it, what is left to the CPU where the engine computes
  std::uint64_t seed;
};

struct EngineFlow {
  InFlight kind{};
  std::uint64_t packets = 0;
  std::uint64_t refused = 0;       ///< operations that cannot leave the stack: computed on the CPU
  std::uint32_t most_held = 0;     ///< operations in flight at once
  std::uint64_t waits = 0;         ///< packets that waited though the engine had room
  double waited_ns = 0;            ///< for which the CPU stood still
  std::uint64_t engine_waits = 0;  ///< packets that waited for room in the engine
  double engine_waited_ns = 0;
  double pps = 0;               ///< once the engine is filled
  std::uint64_t overtaken = 0;  ///< Verdict::overtaken
  std::uint64_t checked = 0, wrong = 0;
  std::uint64_t request_bytes_peak = 0;  ///< allocated beyond what was live, as rounded
  Tally tally;
};

/// `laps` times through CPU 0's trace of `polls` polls. The cell's sockets are open. Between two
/// laps the engine empties. The same cell and options give the same flow, bit for bit, but for what
/// the allocator rounds.
EngineFlow run_engine_flow(Cell& cell, std::uint64_t polls, unsigned laps,
                           const EngineOptions& options);

}  // namespace tfm::bench
