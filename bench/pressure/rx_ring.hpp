// SPDX-License-Identifier: MIT
// A receive ring in virtual time: packets arrive when they are meant to, whether or not the
// strategy keeps up, and wait in a ring whose skbs come from the zone.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/pressure/load_search.hpp"
#include "bench/pressure/zoned_cell.hpp"

namespace tfm::bench {

struct RxRing {
  std::uint32_t slots;
  double service_ns;  ///< of a received packet: the clock advances by so much for each that leaves
                      ///< the ring
};

/// Packet i arrives at arrivals[i] mean gaps; an arrival is one tick of the zone's time, so that
/// the neighbour's bursts meet the same packets at any load. They are the RX packets of CPU 0's
/// trace, from its first on. A packet that finds every slot taken is a ring loss; one whose skb is
/// refused an skb loss; one whose operation is refused an operation loss. Polls take up to
/// poll_packets; skbs are held to the poll's end. `cell` has open sockets, which stay open: churn
/// is no part of a search. Throws std::runtime_error with one line if a packet is misjudged.
Trial offer(ZonedCell& cell, const RxRing& ring, const std::vector<double>& arrivals,
            double offered_pps);

}  // namespace tfm::bench
