// SPDX-License-Identifier: MIT
// One CPU's part of open loop. The CPU takes packets as a busy-polling driver does: not before the
// intended arrival of each. Every packet is stamped.
#pragma once

#include <cstddef>
#include <cstdint>

#include "bench/cell/open_loop.hpp"
#include "bench/cell/softirq_section.hpp"
#include "bench/cell/trace_place.hpp"
#include "bench/machine/clock.hpp"

namespace tfm::bench {

/// Calls handle(const Skb&) for as many packets as there are arrivals, in softirq if
/// in_softirq(Direction) says so. After each whole poll it calls after_poll(), outside of softirq.
/// after_poll() returns whether it did work; the time of that work does not count as an absence.
template <class InSoftirq, class Handle, class AfterPoll>
void run_arrivals(const Trace& trace, TracePlace& place, const OpenLoop& load, Latencies& latencies,
                  InSoftirq&& in_softirq, Handle&& handle, AfterPoll&& after_poll) noexcept {
  const auto& arrivals = *load.arrivals;
  const auto since = [&](std::uint64_t end, std::uint64_t begin) {
    return end > begin ? static_cast<std::uint64_t>(load.clock->ns(end - begin)) : 0;
  };
  const std::uint64_t origin = stamp();
  const auto due = [&](std::size_t i) {
    return origin + static_cast<std::uint64_t>(arrivals[i] * load.mean_gap_ticks);
  };
  const std::uint64_t absence = load.clock->ticks(absence_ns);
  std::size_t next = 0;
  for (std::uint64_t last = origin; next < arrivals.size();) {
    const std::uint64_t now = stamp();
    if (now - last > absence) ++latencies.absences;
    last = now;
    if (now < due(next)) continue;
    // Packets that have arrived by now, at most up to the end of the poll. A poll has one
    // direction.
    const Skb* poll = trace.poll(place.poll);
    {
      const SoftirqSection softirq(in_softirq(poll->direction));
      while (next < arrivals.size() && place.packet < poll_packets && due(next) <= now) {
        const std::uint64_t arrival = due(next++);
        const Skb& skb = poll[place.packet++];
        const std::uint64_t begin = stamp();
        handle(skb);
        const std::uint64_t end = stamp();
        if (end - last > absence) ++latencies.absences;
        last = end;
        latencies.lateness.add(since(begin, arrival));
        latencies.service.add(since(end, begin));
        latencies.response.add(since(end, arrival));
      }
    }
    rcu_quiescent_state();
    if (place.packet < poll_packets) continue;
    place.next(trace);
    if (after_poll()) last = stamp();
  }
}

}  // namespace tfm::bench
