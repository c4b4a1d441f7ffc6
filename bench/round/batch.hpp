// SPDX-License-Identifier: MIT
// A poll's packets under way at once, for strategies whose operations end later: all begun, then
// all ended in the order in which they came. The steps are those of exchange.hpp, and as there:
// fail closed. For protocols that write into the packet alone: others' need an output each.
#pragma once

#include <array>

#include "bench/round/exchange.hpp"
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
    p.begun = false;
    const bool rx = skb.direction == Direction::rx;
    p.found = protocol.find(connection, skb);
    if (!p.found) {
      p.outcome = rx ? Outcome::malformed : Outcome::failed;
      return false;
    }
    if (rx && !protocol.replay_check(state, p.found)) {
      p.outcome = Outcome::replayed;
      return false;
    }
    p.outcome = Outcome::passed;
    p.error = Errno::ok;
    if (!needs_operation<P>(p.found, skb.direction)) return true;
    if (const Errno e = strategy.start(cpu, socket, skb, p.operation); failed(e)) {
      p.outcome = dropped(e);
      return false;
    }
    p.begun = true;
    p.error = strategy.key(p.operation);
    if (failed(p.error)) return false;
    Request& request = p.operation.request();
    std::uint8_t* scratch = p.operation.scratch();
    p.error = rx ? protocol.input(request, scratch, connection, skb, p.found, p.computed)
                 : protocol.output(request, scratch, connection, skb, p.found, p.computed);
    return !failed(p.error) || p.error == Errno::einprogress;
  }

  /// Ends them all; calls each(const Skb&, Outcome, MutableBytes sent), where `sent` is the packet
  /// as it goes out: TX that has passed. A receiver's State is state_of(const Skb&), asked for when
  /// what came before has ended: only then is known what was accepted.
  template <class StateOf, class Each>
  void end(S& strategy, unsigned cpu, const P& protocol, StateOf&& state_of, Each&& each) noexcept {
    strategy.flush(cpu);
    for (unsigned i = 0; i < count_; ++i) {
      Packet& p = packets_[i];
      if (p.begun) {
        if (p.error == Errno::einprogress) p.error = p.operation.status();
        strategy.end(cpu, p.operation);
      }
      MutableBytes sent;
      if (p.outcome == Outcome::passed) p.outcome = outcome_of(protocol, p, state_of(*p.skb), sent);
      each(*p.skb, p.outcome, sent);
    }
    count_ = 0;
  }

 private:
  struct Packet {
    const Skb* skb;
    const typename P::Connection* connection;
    typename S::Operation operation;
    typename P::Found found;
    Computed computed;
    Errno error;      ///< of the operation
    Outcome outcome;  ///< passed, so far, unless the operation was not even begun
    bool begun;       ///< an operation is to be ended
  };

  static Outcome outcome_of(const P& protocol, Packet& p, typename P::State& state,
                            MutableBytes& sent) noexcept {
    const bool rx = p.skb->direction == Direction::rx;
    if (rx && p.error == Errno::ebadmsg) return Outcome::refused;
    if (failed(p.error)) return dropped(p.error);
    if (!rx) {
      sent = protocol.output_done(*p.connection, *p.skb, p.found, p.computed);
      return Outcome::passed;
    }
    if (!protocol.input_done(*p.connection, *p.skb, p.found, p.computed)) return Outcome::refused;
    // Others of its connection may have been accepted since it began: whether it is a replay is
    // asked again, as xfrm_input() does.
    if (!protocol.replay_check(state, p.found)) return Outcome::replayed;
    protocol.replay_advance(state, p.found);
    return Outcome::passed;
  }

  std::array<Packet, poll_packets> packets_;
  unsigned count_ = 0;
};

}  // namespace tfm::bench
