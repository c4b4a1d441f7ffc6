// SPDX-License-Identifier: MIT
// The steps of one packet, where a strategy and a protocol meet. The same code serves a packet that
// is handled alone, a poll's packets in a batch, and an operation that ends later.
//
//   begin     find the packet's parts, check for a replay, start the operation, set its key
//   compute   the protocol's own work, which can end later
//   end       the operation ends: take its error, give its request back
//   sent      TX: the packet as it goes out
//   received  RX: whether it is accepted
//
// Fail closed: a packet whose operation failed is neither sent nor accepted. Its outcome is decided
// at the step that fails. Later steps do not change it.
#pragma once

#include "bench/cell/outcome.hpp"
#include "strategies/strategy.hpp"
#include "workloads/protocol.hpp"

namespace tfm::bench {

/// Memory that must not move from begin() to the packet's last step.
template <Strategy S, Protocol P>
struct PacketMemory {
  typename S::Operation operation;
  Computed computed;
};

/// Whether other packets of the connection can have been accepted since a packet began.
enum class Overlap : bool { none, possible };

/// The steps of one packet. All steps of a packet get the same arguments. Always inlined: if
/// nothing comes between the steps, the members stay in registers.
template <Strategy S, Protocol P>
class PacketSteps {
 public:
  using Memory = PacketMemory<S, P>;
  using Connection = typename P::Connection;
  using State = typename P::State;

  /// `receiver` is nullptr for TX. A packet of another connection ends here, and so does a replay.
  /// No operation starts for a packet that needs none.
  [[gnu::always_inline]] void begin(S& strategy, unsigned cpu, typename S::Socket& socket,
                                    const P& protocol, const Connection& connection,
                                    const State* receiver, const Skb& skb,
                                    Memory& memory) noexcept {
    if (find(protocol, connection, receiver, skb)) start(strategy, cpu, socket, skb, memory);
  }

  /// The first half of begin(). Returns whether an operation must be started.
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

  /// Computes if an operation has begun. `memory.computed.output` must be set.
  [[gnu::always_inline]] void compute(const P& protocol, const Connection& connection,
                                      const Skb& skb, Memory& memory) noexcept {
    if (!begun_ || failed(error_)) return;
    Request& request = memory.operation.request();
    std::uint8_t* const scratch = memory.operation.scratch();
    error_ = rx_ ? protocol.input(request, scratch, connection, skb, found_, memory.computed)
                 : protocol.output(request, scratch, connection, skb, found_, memory.computed);
  }

  /// Waits for an operation that ends later, by a flush of the CPU's operations.
  [[gnu::always_inline]] void settle(S& strategy, unsigned cpu, Memory& memory) noexcept {
    if constexpr (BatchedStrategy<S>) {
      if (!begun_ || error_ != Errno::einprogress) return;
      error_ = memory.operation.status();
      if (error_ == Errno::einprogress) error_ = finished(strategy, cpu, memory.operation, error_);
    }
  }

  /// Must run on the CPU that began the operation.
  [[gnu::always_inline]] void end(S& strategy, unsigned cpu, Memory& memory) noexcept {
    if (!begun_) return;
    settle(strategy, cpu, memory);
    strategy.end(cpu, memory.operation);
    begun_ = false;
    if (!failed(error_)) return;
    outcome_ = rx_ && error_ == Errno::ebadmsg ? Outcome::refused : dropped(error_);
  }

  /// Sets `packet` if the outcome is passed.
  [[gnu::always_inline]] Outcome sent(const P& protocol, const Connection& connection,
                                      const Skb& skb, const Memory& memory,
                                      MutableBytes& packet) noexcept {
    if (outcome_ == Outcome::passed) {
      packet = protocol.output_done(connection, skb, found_, memory.computed);
    }
    return outcome_;
  }

  /// If packets overlap, the replay check is repeated, as xfrm_input() does after an asynchronous
  /// input.
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

  /// An operation has begun and not ended.
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
