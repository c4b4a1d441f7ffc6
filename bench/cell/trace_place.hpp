// SPDX-License-Identifier: MIT
// Where a CPU is in its trace, which it goes round.
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
  unsigned packet = 0;        ///< open loop: packets of the poll that are done
  std::uint32_t lap = 1;      ///< how often the trace was begun, wherever in it
  const Skb* last = nullptr;  ///< of those that arrive()d

  /// To the next poll.
  void next(const Trace& trace) noexcept {
    packet = 0;
    if (++poll < trace.polls()) return;
    poll = 0;
    ++lap;
  }

  /// To that poll, modulo the trace's; begins a new lap, wherever it lies.
  void seek(const Trace& trace, std::uint64_t to) noexcept {
    poll = to % trace.polls();
    packet = 0;
    ++lap;
  }

  /// A packet whose place the caller chose, going round the trace himself: what does not stand
  /// behind the last begins a new lap.
  void arrive(const Skb& skb) noexcept {
    if (!std::less<>{}(std::exchange(last, &skb), &skb)) ++lap;
  }
};

}  // namespace tfm::bench
