// SPDX-License-Identifier: MIT
// Sends or receives one packet, from its first step to its last.
#pragma once

#include "bench/cell/packet_steps.hpp"

namespace tfm::bench {

// send() and receive() are never inlined, and everything that they call is inlined into them. So a
// packet costs one call with every strategy, whatever else is compiled in the same file. Without
// this, gcc 12 inlined parts of some strategies only, which is worth up to 1.5 %.

/// TX. `sent` is set to the packet as it goes out. A packet of another connection is not sent.
template <Strategy S, Protocol P>
[[gnu::noinline, gnu::flatten]] Outcome send(S& strategy, unsigned cpu, typename S::Socket& socket,
                                             const P& protocol,
                                             const typename P::Connection& connection,
                                             const Skb& skb, MutableBytes output,
                                             MutableBytes* sent = nullptr) noexcept {
  PacketSteps<S, P> steps;
  PacketMemory<S, P> memory;
  memory.computed.output = output;
  steps.begin(strategy, cpu, socket, protocol, connection, nullptr, skb, memory);
  steps.compute(protocol, connection, skb, memory);
  steps.end(strategy, cpu, memory);
  MutableBytes packet;
  const Outcome outcome = steps.sent(protocol, connection, skb, memory, packet);
  if (sent != nullptr && outcome == Outcome::passed) *sent = packet;
  return outcome;
}

/// RX.
template <Strategy S, Protocol P>
[[gnu::noinline, gnu::flatten]] Outcome receive(S& strategy, unsigned cpu,
                                                typename S::Socket& socket, const P& protocol,
                                                const typename P::Connection& connection,
                                                typename P::State& state, const Skb& skb,
                                                MutableBytes output) noexcept {
  PacketSteps<S, P> steps;
  PacketMemory<S, P> memory;
  memory.computed.output = output;
  steps.begin(strategy, cpu, socket, protocol, connection, &state, skb, memory);
  steps.compute(protocol, connection, skb, memory);
  steps.end(strategy, cpu, memory);
  return steps.received(protocol, connection, state, skb, memory, Overlap::none);
}

}  // namespace tfm::bench
