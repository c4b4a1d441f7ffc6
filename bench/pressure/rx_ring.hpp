// SPDX-License-Identifier: MIT
// A receive ring in virtual time. Packets arrive at their intended times, even if the strategy does
// not keep up. They wait in a ring; their skbs come from the zone.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/pressure/load_search.hpp"
#include "bench/pressure/zoned_cell.hpp"

namespace tfm::bench {

struct RxRing {
  std::uint32_t slots;
  double service_ns;  ///< time of a received packet: the clock advances by it for each packet that
                      ///< leaves the ring
};

/// Offers the RX packets of CPU 0's trace, from the first. Packet i arrives after arrivals[i] mean
/// gaps. An arrival is one tick of the zone's time, so the neighbour's bursts meet the same packets
/// at every load. A packet is a ring loss if all slots are taken, an skb loss if its skb is
/// refused, and an operation loss if its operation is refused. A poll takes up to poll_packets
/// packets; skbs are held until its end. `cell` must have open sockets, which stay open: a search
/// has no churn. Throws std::runtime_error with one line if a packet is misjudged.
Trial offer(ZonedCell& cell, const RxRing& ring, const std::vector<double>& arrivals,
            double offered_pps);

}  // namespace tfm::bench
