// SPDX-License-Identifier: MIT
// What became of a packet, and how a tally counts it.
#pragma once

#include <cstdint>

#include "bench/cell/tally.hpp"
#include "runtime/error.hpp"

namespace tfm::bench {

enum class Outcome : std::uint8_t {
  passed,     ///< protected and sent, or verified and accepted
  refused,    ///< RX: not authentic
  malformed,  ///< RX: refused before an operation began: not a packet of the connection
  replayed,   ///< RX: refused as a replay, usually before an operation began
  failed,     ///< the operation failed: dropped
  no_memory,  ///< the operation failed because an allocation failed: dropped
};

/// The outcome of a packet if its operation failed with `e`.
inline Outcome dropped(Errno e) noexcept {
  return e == Errno::enomem ? Outcome::no_memory : Outcome::failed;
}

inline void count_drop(Outcome v, Tally& tally) noexcept {
  ++tally.drops;
  if (v == Outcome::no_memory) ++tally.allocation_failures;
}

/// Counts a TX packet.
inline void count_sent(Outcome v, Tally& tally) noexcept {
  if (v == Outcome::passed) [[likely]] {
    ++tally.sent;
  } else {
    count_drop(v, tally);
  }
}

/// Counts an RX packet.
inline void count_received(Outcome v, bool forged, Tally& tally) noexcept {
  if (v == Outcome::passed) [[likely]] {
    ++(forged ? tally.forged_accepted : tally.accepted);
  } else if (v == Outcome::refused || v == Outcome::malformed || v == Outcome::replayed) {
    ++(forged ? tally.forged_refused : tally.genuine_refused);
    if (v == Outcome::replayed) ++tally.replays_refused;
  } else {
    count_drop(v, tally);
  }
}

}  // namespace tfm::bench
