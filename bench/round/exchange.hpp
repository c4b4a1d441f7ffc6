// SPDX-License-Identifier: MIT
// Where a strategy and a protocol meet: one packet sent, one packet received. Fail closed: a
// packet whose operation failed is neither sent nor accepted.
#pragma once

#include "bench/round/tally.hpp"
#include "runtime/bytes.hpp"
#include "runtime/rcu.hpp"
#include "strategies/strategy.hpp"
#include "workloads/protocol.hpp"

namespace tfm::bench {

/// What became of a packet.
enum class Outcome : std::uint8_t {
  passed,     ///< protected and sent, or verified and accepted
  refused,    ///< RX: not authentic
  malformed,  ///< RX: refused before an operation began: none of the connection's packets
  replayed,   ///< RX: refused as a replay, mostly before an operation began
  failed,     ///< the operation failed: dropped
  no_memory,  ///< it failed because an allocation was refused: dropped
};

/// Received packets are verified between these two.
inline void enter_softirq() noexcept {
  local_bh_disable();
  rcu_read_lock();
}
inline void leave_softirq() noexcept {
  rcu_read_unlock();
  local_bh_enable();
}

inline Outcome dropped(Errno e) noexcept {
  return e == Errno::enomem ? Outcome::no_memory : Outcome::failed;
}

// send() and receive() are never inlined: a packet is one call of them, whatever the strategy. gcc
// 12 inlined them for some, which was worth 1.5 % to per_socket_tfm.

/// TX: `sent` is the packet as it goes out. One that is none of the connection's is not sent; one
/// that needs no operation has none.
template <Strategy S, Protocol P>
[[gnu::noinline]] Outcome send(S& strategy, unsigned cpu, typename S::Socket& socket,
                               const P& protocol, const typename P::Connection& connection,
                               const Skb& skb, MutableBytes output,
                               MutableBytes* sent = nullptr) noexcept {
  const typename P::Found found = protocol.find(connection, skb);
  if (!found) return Outcome::failed;
  Computed computed;
  computed.output = output;
  if (needs_operation<P>(found, Direction::tx)) [[likely]] {
    const Errno e =
        operate(strategy, cpu, socket, skb, [&](Request& request, std::uint8_t* scratch) noexcept {
          return protocol.output(request, scratch, connection, skb, found, computed);
        });
    if (failed(e)) return dropped(e);
  }
  const MutableBytes packet = protocol.output_done(connection, skb, found, computed);
  if (sent != nullptr) *sent = packet;
  return Outcome::passed;
}

/// RX: the same.
template <Strategy S, Protocol P>
[[gnu::noinline]] Outcome receive(S& strategy, unsigned cpu, typename S::Socket& socket,
                                  const P& protocol, const typename P::Connection& connection,
                                  typename P::State& state, const Skb& skb,
                                  MutableBytes output) noexcept {
  const typename P::Found found = protocol.find(connection, skb);
  if (!found) return Outcome::malformed;
  if (!protocol.replay_check(state, found)) return Outcome::replayed;
  Computed computed;
  computed.output = output;
  if (needs_operation<P>(found, Direction::rx)) [[likely]] {
    const Errno e =
        operate(strategy, cpu, socket, skb, [&](Request& request, std::uint8_t* scratch) noexcept {
          return protocol.input(request, scratch, connection, skb, found, computed);
        });
    if (e == Errno::ebadmsg) return Outcome::refused;
    if (failed(e)) return dropped(e);
  }
  if (!protocol.input_done(connection, skb, found, computed)) return Outcome::refused;
  protocol.replay_advance(state, found);
  return Outcome::passed;
}

inline void count_drop(Outcome v, Tally& tally) noexcept {
  ++tally.drops;
  if (v == Outcome::no_memory) ++tally.allocation_failures;
}

/// What send() said.
inline void count_sent(Outcome v, Tally& tally) noexcept {
  if (v == Outcome::passed) [[likely]] {
    ++tally.sent;
  } else {
    count_drop(v, tally);
  }
}

/// What receive() said.
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
