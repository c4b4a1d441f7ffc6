// SPDX-License-Identifier: MIT
// A poll's packets under way at once, for strategies whose operations end later: all begun, then
// all ended in the order in which they came. For protocols that write into the packet alone:
// others' need an output each.
#pragma once

#include <array>

#include "bench/cell/packet_steps.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {

/// One CPU's. It lives as long as its cell: 64 packets' operations are too much for a stack.
template <BatchedStrategy S, Protocol P>
class Batch {
 public:
  static_assert(S::most_in_flight >= poll_packets);
  static_assert(P::family == Family::hash, "what is computed has no place of its own");

  /// One more packet, at most poll_packets in all. What is referred to stays until end(). Returns
  /// whether it may pass: not if it is refused already, or its operation has failed.
  bool begin(S& strategy, unsigned cpu, typename S::Socket& socket, const P& protocol,
             const typename P::Connection& connection, const typename P::State& state,
             const Skb& skb) noexcept {
    Packet& p = packets_[count_++];
    p.skb = &skb;
    p.connection = &connection;
    const bool rx = skb.direction == Direction::rx;
    p.steps.begin(strategy, cpu, socket, protocol, connection, rx ? &state : nullptr, skb,
                  p.memory);
    p.steps.compute(protocol, connection, skb, p.memory);
    return p.steps.may_pass();
  }

  /// Ends them all; calls each(const Skb&, Outcome, MutableBytes sent), where `sent` is the packet
  /// as it goes out: TX that has passed. A receiver's State is state_of(const Skb&), asked for when
  /// what came before has ended: only then is known what was accepted.
  template <class StateOf, class Each>
  void end(S& strategy, unsigned cpu, const P& protocol, StateOf&& state_of, Each&& each) noexcept {
    strategy.flush(cpu);
    for (unsigned i = 0; i < count_; ++i) {
      Packet& p = packets_[i];
      p.steps.end(strategy, cpu, p.memory);
      MutableBytes sent;
      const Outcome outcome = p.skb->direction == Direction::tx
                                  ? p.steps.sent(protocol, *p.connection, *p.skb, p.memory, sent)
                                  : p.steps.received(protocol, *p.connection, state_of(*p.skb),
                                                     *p.skb, p.memory, Overlap::possible);
      each(*p.skb, outcome, sent);
    }
    count_ = 0;
  }

 private:
  struct Packet {
    const Skb* skb;
    const typename P::Connection* connection;
    PacketSteps<S, P> steps;
    PacketMemory<S, P> memory;
  };

  std::array<Packet, poll_packets> packets_;
  unsigned count_ = 0;
};

}  // namespace tfm::bench
