// SPDX-License-Identifier: MIT
// Where a strategy and a protocol meet: one packet signed, one packet verified. Fail closed: a
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
  passed,     ///< signed and sent, or verified and accepted
  refused,    ///< RX: the MAC is missing or wrong
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

/// An operation on one packet: from start to end, the MAC in `mac`. Errors: the strategy's or the
/// provider's; then `mac` means nothing.
template <Strategy S, Protocol P>
Errno authenticate(S& strategy, unsigned cpu, typename S::Socket& socket, const P& protocol,
                   const typename P::Connection& connection, const Skb& skb,
                   typename P::Found found, MutableBytes mac) noexcept {
  typename S::Operation operation;
  if (const Errno e = strategy.start(cpu, socket, skb, operation); failed(e)) return e;
  Errno e = strategy.key(operation);
  if (!failed(e)) {
    e = protocol.digest(operation.request(), operation.scratch(), connection, skb, found, mac);
  }
  strategy.end(cpu, operation);
  return e;
}

inline Outcome dropped(Errno e) noexcept {
  return e == Errno::enomem ? Outcome::no_memory : Outcome::failed;
}

/// TX: writes the MAC into the packet. A packet without room for one is not sent either.
template <Strategy S, Protocol P>
Outcome sign(S& strategy, unsigned cpu, typename S::Socket& socket, const P& protocol,
             const typename P::Connection& connection, const Skb& skb) noexcept {
  const typename P::Found found = protocol.find(connection, skb);
  const MutableBytes place = found.mac();
  if (place.empty()) return Outcome::failed;
  std::uint8_t mac[max_digest_bytes];
  const MutableBytes computed{mac, place.size()};
  const Errno e = authenticate(strategy, cpu, socket, protocol, connection, skb, found, computed);
  if (failed(e)) return dropped(e);
  std::memcpy(place.data(), mac, place.size());
  return Outcome::passed;
}

/// RX: compares in constant time.
template <Strategy S, Protocol P>
Outcome verify(S& strategy, unsigned cpu, typename S::Socket& socket, const P& protocol,
               const typename P::Connection& connection, const Skb& skb) noexcept {
  const typename P::Found found = protocol.find(connection, skb);
  const MutableBytes carried = found.mac();
  if (carried.empty()) return Outcome::refused;
  std::uint8_t mac[max_digest_bytes];
  const MutableBytes computed{mac, carried.size()};
  const Errno e = authenticate(strategy, cpu, socket, protocol, connection, skb, found, computed);
  if (failed(e)) return dropped(e);
  return equal_constant_time(computed, carried) ? Outcome::passed : Outcome::refused;
}

inline void count_drop(Outcome v, Tally& tally) noexcept {
  ++tally.drops;
  if (v == Outcome::no_memory) ++tally.allocation_failures;
}

/// What sign() said.
inline void count_sent(Outcome v, Tally& tally) noexcept {
  if (v == Outcome::passed) [[likely]] {
    ++tally.sent;
  } else {
    count_drop(v, tally);
  }
}

/// What verify() said.
inline void count_received(Outcome v, bool forged, Tally& tally) noexcept {
  if (v == Outcome::passed) [[likely]] {
    ++(forged ? tally.forged_accepted : tally.accepted);
  } else if (v == Outcome::refused) {
    ++(forged ? tally.forged_refused : tally.genuine_refused);
  } else {
    count_drop(v, tally);
  }
}

}  // namespace tfm::bench
