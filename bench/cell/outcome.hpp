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
  malformed,  ///< RX: refused before an operation began: none of the connection's packets
  replayed,   ///< RX: refused as a replay, mostly before an operation began
  failed,     ///< the operation failed: dropped
  no_memory,  ///< it failed because an allocation was refused: dropped
};

/// Of a packet whose operation failed with `e`.
inline Outcome dropped(Errno e) noexcept {
  return e == Errno::enomem ? Outcome::no_memory : Outcome::failed;
}

inline void count_drop(Outcome v, Tally& tally) noexcept {
  ++tally.drops;
  if (v == Outcome::no_memory) ++tally.allocation_failures;
}

/// A TX packet's.
inline void count_sent(Outcome v, Tally& tally) noexcept {
  if (v == Outcome::passed) [[likely]] {
    ++tally.sent;
  } else {
    count_drop(v, tally);
  }
}

/// An RX packet's.
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
