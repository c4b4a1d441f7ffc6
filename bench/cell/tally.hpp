// SPDX-License-Identifier: MIT
// Counts of what happened to the packets and sockets of a cell.
#pragma once

#include <cstdint>
#include <string_view>

namespace tfm::bench {

struct Tally {
  std::uint64_t packets = 0;   ///< offered, in either direction
  std::uint64_t sent = 0;      ///< TX, signed
  std::uint64_t accepted = 0;  ///< RX, genuine and accepted
  std::uint64_t forged = 0;    ///< RX, not genuine: altered, cut short or replayed
  std::uint64_t forged_refused = 0;
  std::uint64_t replays_refused = 0;      ///< among all refused: authentic, but not new
  std::uint64_t forged_accepted = 0;      ///< must be 0
  std::uint64_t genuine_refused = 0;      ///< must be 0
  std::uint64_t allocation_failures = 0;  ///< operations that failed with enomem
  std::uint64_t drops = 0;                ///< packets whose operation failed, or without a socket
  std::uint64_t opens = 0, accepts = 0, closes = 0;
  std::uint64_t open_failures = 0;    ///< opens and accepts that failed
  std::uint64_t accept_failures = 0;  ///< the accepts among them

  Tally& operator+=(const Tally& t) noexcept {
    packets += t.packets;
    sent += t.sent;
    accepted += t.accepted;
    forged += t.forged;
    forged_refused += t.forged_refused;
    replays_refused += t.replays_refused;
    forged_accepted += t.forged_accepted;
    genuine_refused += t.genuine_refused;
    allocation_failures += t.allocation_failures;
    drops += t.drops;
    opens += t.opens;
    accepts += t.accepts;
    closes += t.closes;
    open_failures += t.open_failures;
    accept_failures += t.accept_failures;
    return *this;
  }
};

/// Whether operations were meant to fail.
enum class Failures : std::uint8_t { none, injected };

/// Throws std::runtime_error with one line that names the cell if a forged packet was accepted or a
/// genuine one refused. If no failures were injected, it also throws if a packet was dropped or an
/// open failed.
void check_tally(std::string_view cell, const Tally& tally, Failures failures);

}  // namespace tfm::bench
