// SPDX-License-Identifier: MIT
// The position of a CPU in its trace. At the end of the trace, the CPU starts again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "runtime/skb.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {

struct TracePlace {
  std::size_t poll = 0;
  unsigned packet = 0;        ///< open loop: packets of this poll that are done
  std::uint32_t lap = 1;      ///< how often the trace was started, at any place
  const Skb* last = nullptr;  ///< the last packet passed to arrive()

  /// To the next poll.
  void next(const Trace& trace) noexcept {
    packet = 0;
    if (++poll < trace.polls()) return;
    poll = 0;
    ++lap;
  }

  /// Moves to poll `to`, modulo the trace's length. Always begins a new lap.
  void seek(const Trace& trace, std::uint64_t to) noexcept {
    poll = to % trace.polls();
    packet = 0;
    ++lap;
  }

  /// Notes a packet if the caller walks through the trace itself. An address not above the previous
  /// one means that the trace has wrapped: a new lap.
  void arrive(const Skb& skb) noexcept {
    if (!std::less<>{}(std::exchange(last, &skb), &skb)) ++lap;
  }
};

}  // namespace tfm::bench
