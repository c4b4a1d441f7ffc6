// SPDX-License-Identifier: MIT
// Packets in a closed loop through a strategy in a zone: which allocations fail, and what happens
// to the packets. Each packet is one tick of the zone's time, and so is each reopening of a socket.
#pragma once

#include <cstdint>

#include "bench/cell/tally.hpp"
#include "bench/pressure/drop_log.hpp"
#include "bench/pressure/zoned_cell.hpp"

namespace tfm::bench {

/// Counts of the packets of one direction.
struct FlowCounts {
  std::uint64_t packets = 0;
  std::uint64_t skb_refused = 0;        ///< RX: dropped before the strategy was asked
  std::uint64_t operation_refused = 0;  ///< RX: drops after the skb was granted
};

struct PressureFlow {
  Tally tally;
  FlowCounts rx, tx;  ///< handshake segments are TX packets
  /// Operations asked of the strategy: packets that need one, with an open socket, with an skb
  /// granted (RX), and not refused by the protocol first.
  std::uint64_t operations = 0;
  std::uint64_t open_failures = 0;    ///< active opens while packets flowed
  std::uint64_t accept_failures = 0;  ///< passive ones
  DropLog drops;                      ///< drops because memory ran out, in both directions
  std::uint32_t free_pages_lowest = 0;
  std::uint64_t sequence_hash = 0;  ///< over every grant and refusal since the zone was made
};

/// Runs `polls` polls of CPU 0's trace, from the first. After each poll, sockets reopen and close
/// as `reopenings_per_poll` says. The skbs of a poll are held until its end. `cell` must have open
/// sockets.
PressureFlow run_pressure_flow(ZonedCell& cell, std::uint64_t polls, double reopenings_per_poll);

}  // namespace tfm::bench
