// SPDX-License-Identifier: MIT
// What became of the packets and sockets of a cell.
#pragma once

#include <cstdint>

namespace tfm::bench {

struct Tally {
  std::uint64_t packets = 0;   ///< offered, in either direction
  std::uint64_t sent = 0;      ///< TX, signed
  std::uint64_t accepted = 0;  ///< RX, genuine and accepted
  std::uint64_t forged = 0;    ///< RX, forged by the trace
  std::uint64_t forged_refused = 0;
  std::uint64_t forged_accepted = 0;      ///< must be 0
  std::uint64_t genuine_refused = 0;      ///< must be 0
  std::uint64_t allocation_failures = 0;  ///< operations that failed with enomem
  std::uint64_t drops = 0;                ///< packets dropped: their operation failed, or no socket
  std::uint64_t opens = 0, accepts = 0, closes = 0;
  std::uint64_t open_failures = 0;  ///< opens and accepts that failed

  Tally& operator+=(const Tally& t) noexcept {
    packets += t.packets;
    sent += t.sent;
    accepted += t.accepted;
    forged += t.forged;
    forged_refused += t.forged_refused;
    forged_accepted += t.forged_accepted;
    genuine_refused += t.genuine_refused;
    allocation_failures += t.allocation_failures;
    drops += t.drops;
    opens += t.opens;
    accepts += t.accepts;
    closes += t.closes;
    open_failures += t.open_failures;
    return *this;
  }
};

}  // namespace tfm::bench
