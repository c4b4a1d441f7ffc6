// SPDX-License-Identifier: MIT
// Where a strategy and a protocol meet: the steps of one packet, each once, for a packet that is
// handled by itself, for a poll's packets at once, and for an operation that ends later.
//
//   begin     find the packet's parts, check for a replay, start the operation, set its key
//   compute   the protocol's own work, which may end later
//   end       the operation has ended: its error, its request given back
//   sent      TX: the packet as it goes out
//   received  RX: whether it is accepted
//
// Fail closed: a packet whose operation failed is neither sent nor accepted. Its outcome is decided
// where it fails, and each later step leaves it as it is.
#pragma once

#include "bench/cell/outcome.hpp"
#include "strategies/strategy.hpp"
#include "workloads/protocol.hpp"

namespace tfm::bench {

/// What stays where it is from begin() to the packet's last step.
template <Strategy S, Protocol P>
struct PacketMemory {
  typename S::Operation operation;
  Computed computed;
};

/// Whether other packets of the connection may have been accepted since a packet began.
enum class Overlap : bool { none, possible };

/// One packet's. What a step is given is the same in all steps of a packet. Always inlined: where
/// nothing comes between the steps, none of this is kept in memory.
template <Strategy S, Protocol P>
class PacketSteps {
 public:
  using Memory = PacketMemory<S, P>;
  using Connection = typename P::Connection;
  using State = typename P::State;

  /// `receiver` is nullptr for TX. A packet that is none of the connection's ends here, and so does
  /// a replay; a packet that needs no operation has none.
  [[gnu::always_inline]] void begin(S& strategy, unsigned cpu, typename S::Socket& socket,
                                    const P& protocol, const Connection& connection,
                                    const State* receiver, const Skb& skb,
                                    Memory& memory) noexcept {
    if (find(protocol, connection, receiver, skb)) start(strategy, cpu, socket, skb, memory);
  }

  /// The first half of begin(): whether an operation is to be started.
  [[gnu::always_inline]] bool find(const P& protocol, const Connection& connection,
                                   const State* receiver, const Skb& skb) noexcept {
    rx_ = receiver != nullptr;
    begun_ = false;
    found_ = protocol.find(connection, skb);
    if (!found_) {
      outcome_ = rx_ ? Outcome::malformed : Outcome::failed;
      return false;
    }
    if (receiver != nullptr && !protocol.replay_check(*receiver, found_)) {
      outcome_ = Outcome::replayed;
      return false;
    }
    outcome_ = Outcome::passed;
    return needs_operation<P>(found_, rx_ ? Direction::rx : Direction::tx);
  }

  /// The second half.
  [[gnu::always_inline]] void start(S& strategy, unsigned cpu, typename S::Socket& socket,
                                    const Skb& skb, Memory& memory) noexcept {
    error_ = strategy.start(cpu, socket, skb, memory.operation);
    if (failed(error_)) {
      outcome_ = dropped(error_);
      return;
    }
    begun_ = true;
    error_ = strategy.key(memory.operation);
  }

  /// Where an operation has begun. `memory.computed.output` is set.
  [[gnu::always_inline]] void compute(const P& protocol, const Connection& connection,
                                      const Skb& skb, Memory& memory) noexcept {
    if (!begun_ || failed(error_)) return;
    Request& request = memory.operation.request();
    std::uint8_t* const scratch = memory.operation.scratch();
    error_ = rx_ ? protocol.input(request, scratch, connection, skb, found_, memory.computed)
                 : protocol.output(request, scratch, connection, skb, found_, memory.computed);
  }

  /// Waits for an operation that ends later: flushes the CPU's.
  [[gnu::always_inline]] void settle(S& strategy, unsigned cpu, Memory& memory) noexcept {
    if constexpr (BatchedStrategy<S>) {
      if (!begun_ || error_ != Errno::einprogress) return;
      error_ = memory.operation.status();
      if (error_ == Errno::einprogress) error_ = finished(strategy, cpu, memory.operation, error_);
    }
  }

  /// On the CPU that began it.
  [[gnu::always_inline]] void end(S& strategy, unsigned cpu, Memory& memory) noexcept {
    if (!begun_) return;
    settle(strategy, cpu, memory);
    strategy.end(cpu, memory.operation);
    begun_ = false;
    if (!failed(error_)) return;
    outcome_ = rx_ && error_ == Errno::ebadmsg ? Outcome::refused : dropped(error_);
  }

  /// `packet` is set where it passes.
  [[gnu::always_inline]] Outcome sent(const P& protocol, const Connection& connection,
                                      const Skb& skb, const Memory& memory,
                                      MutableBytes& packet) noexcept {
    if (outcome_ == Outcome::passed) {
      packet = protocol.output_done(connection, skb, found_, memory.computed);
    }
    return outcome_;
  }

  /// Where packets overlap, whether it is a replay is asked again, as xfrm_input() does after an
  /// asynchronous input.
  [[gnu::always_inline]] Outcome received(const P& protocol, const Connection& connection,
                                          State& receiver, const Skb& skb, const Memory& memory,
                                          Overlap overlap) noexcept {
    if (outcome_ != Outcome::passed) return outcome_;
    if (!protocol.input_done(connection, skb, found_, memory.computed)) return Outcome::refused;
    if (overlap == Overlap::possible && !protocol.replay_check(receiver, found_)) {
      return Outcome::replayed;
    }
    protocol.replay_advance(receiver, found_);
    return Outcome::passed;
  }

  /// An operation is to be ended.
  bool begun() const noexcept { return begun_; }
  /// Neither refused nor failed so far.
  bool may_pass() const noexcept {
    return outcome_ == Outcome::passed &&
           (!begun_ || !failed(error_) || error_ == Errno::einprogress);
  }

 private:
  typename P::Found found_;
  Errno error_;
  Outcome outcome_;
  bool rx_;
  bool begun_;
};

}  // namespace tfm::bench
