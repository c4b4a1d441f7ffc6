// SPDX-License-Identifier: MIT
// The pressure pass: each strategy alone in a zone of the block's pages (runtime/zone/zone.hpp).
// The zone's only other user is a neighbour that takes pages in bursts. Only the service time of
// received packets is timed; the load search needs it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "bench/cell/round_file.hpp"
#include "bench/pressure/arena_totals.hpp"
#include "bench/pressure/flow.hpp"
#include "bench/pressure/load_search.hpp"

namespace tfm::bench {

struct PressureCell {
  std::string strategy;
  std::uint32_t pages = 0;
  std::uint32_t sockets = 0, sockets_open = 0;  ///< asked for, and open when packets start
  std::uint32_t pages_open = 0;
  std::size_t skb_headroom_bytes = 0;  ///< bytes that the strategy added to every received skb
  ArenaTotals arena;  ///< what the same sockets take from a real allocator with as many pages
  PressureFlow flow;  ///< empty if no socket opened
  LoadSearch search;  ///< without trials if a socket did not open

  std::uint64_t operations_refused() const noexcept {
    return flow.rx.operation_refused + flow.tx.operation_refused;
  }
  std::uint64_t open_failures() const noexcept {
    return sockets - sockets_open + flow.open_failures;
  }
};

struct PressureRound : RoundFacts {
  std::vector<PressureCell> cells;
};

/// The zone of a block in one round: with the busy neighbour, and a seed that depends on the round.
ZoneOptions zone_options(const Block& block, std::uint64_t round_seed);

/// The lengths of the flow and of a trial. Tests use less.
struct PressureLength {
  std::uint64_t flow_polls = 2048;       ///< about sixty of the neighbour's bursts
  std::uint64_t trial_packets = 32'768;  ///< at least; and at least 16 for each slot of the ring
};

/// Runs one strategy: the flow, then the search, each in a fresh zone. The same workload, options
/// and service time give the same cell, bit for bit. The workload's keys must be derived. Throws
/// std::runtime_error with one line if the strategy cannot be made, misjudges a packet or keeps
/// memory.
PressureCell press(const std::string& strategy, const Block& block, const Workload& workload,
                   std::uint64_t round_seed, double service_ns, const PressureLength& length = {});

/// Checks every cell's bytes and measures the service time of a received packet, in turns and
/// without the zone. Then it runs press() for one strategy after the other. Throws like press().
PressureRound run_pressure_round(const RoundRequest& request);

/// The result file's text (results/README.md).
std::string to_json(const RoundRequest& request, const PressureRound& round);

}  // namespace tfm::bench
