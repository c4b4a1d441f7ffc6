// SPDX-License-Identifier: MIT
// Packets in a closed loop through a strategy in a zone: which allocations fail, and what that does
// to packets. Each packet is one tick of the zone's time, and so is each turn-over of a socket.
#pragma once

#include <cstdint>

#include "bench/cell/tally.hpp"
#include "bench/pressure/drop_log.hpp"
#include "bench/pressure/zoned_cell.hpp"

namespace tfm::bench {

/// What became of the packets of one direction.
struct FlowCounts {
  std::uint64_t packets = 0;
  std::uint64_t skb_refused = 0;        ///< RX: dropped, the strategy was never asked
  std::uint64_t operation_refused = 0;  ///< RX: marginal drops, the skb having been granted
};

struct PressureFlow {
  Tally tally;
  FlowCounts rx, tx;  ///< handshake segments are TX packets
  /// Asked of the strategy: every packet whose socket is open and, RX, whose skb was granted, that
  /// the protocol did not refuse first and that needs an operation.
  std::uint64_t operations = 0;
  std::uint64_t open_failures = 0;    ///< active opens while packets flowed
  std::uint64_t accept_failures = 0;  ///< passive ones
  DropLog drops;                      ///< for want of memory, in either direction
  std::uint32_t free_pages_lowest = 0;
  std::uint64_t sequence_hash = 0;  ///< of every grant and refusal since the zone was made
};

/// `polls` polls of CPU 0's trace, from its first on; after each, the sockets that are due close,
/// and others open again. The skbs of a poll are held to its end. `cell` has open sockets.
PressureFlow run_pressure_flow(ZonedCell& cell, std::uint64_t polls, double reopenings_per_poll);

}  // namespace tfm::bench
