// SPDX-License-Identifier: MIT
// All packets of a poll in flight at once, for strategies whose operations end later. First all
// packets are begun, then all are ended in the order of arrival. Only for protocols that write into
// the packet itself; with others every packet would need an output buffer.
#pragma once

#include <array>

#include "bench/cell/packet_steps.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {

/// The batch of one CPU. It lives as long as its cell: the operations of 64 packets are too large
/// for a stack.
template <BatchedStrategy S, Protocol P>
class Batch {
 public:
  static_assert(S::most_in_flight >= poll_packets);
  static_assert(P::family == Family::hash, "a batch has no output buffer for each packet");

  /// Begins one more packet, at most poll_packets in all. All arguments must stay valid until
  /// end(). Returns false if the packet is already refused or its operation has failed.
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

  /// Ends all packets and calls each(const Skb&, Outcome, MutableBytes sent). `sent` is the packet
  /// as it goes out, for a TX packet that has passed. state_of(const Skb&) returns a receiver's
  /// State. It is called when all packets before have ended, because only then it is known which
  /// were accepted.
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
