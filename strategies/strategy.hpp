// SPDX-License-Identifier: MIT
// The contract between a strategy (who owns transforms, requests and scratch) and a workload (what
// is hashed). A strategy never learns what a packet is; a workload never learns who owns the
// request.
//
//   slow path, may sleep      create, open, close
//   softirq, atomic           accept, rekey (no allocation that waits)
//   fast path, noexcept       start, key, end
//
// start() fills an Operation in place, so that a request may live on the stack. Between a start()
// that succeeded and its end() the operation's request and scratch are the caller's. key() makes
// the request carry the socket's key; where the request comes keyed it is empty. An operation
// whose start() or key() failed must not be hashed with; after a failed start() there is no end(),
// after a failed key() there is. Between an operation's start() and its end() its socket is neither
// closed nor keyed anew.
//
// Where rekey() fails, a direction whose key it could not set has none from then on, and never the
// old one: start(), key() or the operation's first step says enokey until a rekey() succeeds. The
// other direction has its new key.
#pragma once

#include <concepts>
#include <memory>
#include <string_view>

#include "runtime/skb.hpp"
#include "runtime/transform.hpp"

namespace tfm {

/// A socket's traffic keys, one for each direction; both empty where the algorithm is keyless. The
/// bytes are the caller's: a strategy that needs them later copies them (raw key bytes are charged
/// to whoever keeps them).
struct Keys {
  Bytes tx, rx;
  Bytes of(Direction d) const noexcept { return d == Direction::tx ? tx : rx; }
};

/// How many operations a CPU can have begun and not ended, were they to complete later (an offload
/// engine, cryptd).
enum class InFlight : std::uint8_t {
  none,         ///< the operation lives on the stack that began it
  one_per_cpu,  ///< a CPU has one request, transform or scratch: bottom halves stay disabled from
                ///< start to end, and nothing else may start there
  many,
};
inline constexpr std::string_view in_flight_names[] = {"none", "one_per_cpu", "many"};

/// What a strategy is made for.
struct StrategyOptions {
  unsigned possible_cpus = 1;
};

// What a strategy states only where it differs from most. Others ask by these functions.

/// How many operations a CPU can have begun and not ended: many, unless it has
/// `static constexpr InFlight in_flight`.
template <class S>
constexpr InFlight in_flight() noexcept {
  if constexpr (requires { S::in_flight; }) return S::in_flight;
  return InFlight::many;
}

/// Allocations of a packet, once packets have flowed, with a provider that allocates nothing
/// itself, and an skb that has room in front and is no clone; the contract test counts them. 0,
/// unless it has `static constexpr unsigned fast_path_allocations`, or a function of that name.
template <class S>
constexpr unsigned fast_path_allocations(const Algorithm& algorithm, Direction direction) noexcept {
  if constexpr (requires { unsigned{S::fast_path_allocations}; }) {
    return S::fast_path_allocations;
  } else if constexpr (requires { &S::fast_path_allocations; }) {
    return S::fast_path_allocations(algorithm, direction);
  } else {
    return 0;
  }
}

/// Why open() returns eopnotsupp for these, in a few words; empty: it does not. It never does,
/// unless the strategy has a function of that name.
template <class S>
constexpr std::string_view refuses(const Algorithm& algorithm, std::size_t scratch_bytes) noexcept {
  if constexpr (requires { &S::refuses; }) return S::refuses(algorithm, scratch_bytes);
  return {};
}

/// Bytes of headroom that it wants in every skb. 0, as of all that leave skbs alone, unless it has
/// a function of that name.
template <class S>
std::size_t skb_headroom_bytes(const Algorithm& algorithm, std::size_t scratch_bytes) noexcept {
  if constexpr (requires { &S::skb_headroom_bytes; }) {
    return S::skb_headroom_bytes(algorithm, scratch_bytes);
  }
  return 0;
}

/// A strategy: what its own create() returns, which may fail; without one it is constructed from
/// the options, or from nothing. May sleep. Errors: create()'s.
template <class S>
Result<std::unique_ptr<S>> create(const StrategyOptions& options) {
  if constexpr (requires { &S::create; }) {
    return S::create(options);
  } else if constexpr (std::constructible_from<S, const StrategyOptions&>) {
    return std::make_unique<S>(options);
  } else {
    return std::make_unique<S>();
  }
}

// clang-format off
template <class S>
concept Strategy =
    !std::is_polymorphic_v<S> && !std::is_polymorphic_v<typename S::Socket> &&
    requires(S s, const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes,
             const StrategyOptions& options, typename S::Socket& socket,
             const typename S::Socket& parent, typename S::Operation& operation, const Skb& skb,
             Direction direction, unsigned cpu) {
      { S::name } -> std::convertible_to<std::string_view>;
      { S::summary } -> std::convertible_to<std::string_view>;  // one line for `list`

      // What it may leave out is as the functions above want it.
      requires !requires { S::in_flight; } ||
               requires { { S::in_flight } -> std::convertible_to<InFlight>; };
      requires !requires { S::fast_path_allocations; } ||
               requires { { S::fast_path_allocations } -> std::convertible_to<unsigned>; } ||
               requires { { S::fast_path_allocations(algorithm, direction) } noexcept
                                                                     -> std::same_as<unsigned>; };
      requires !requires { &S::refuses; } ||
               requires { { S::refuses(algorithm, scratch_bytes) } noexcept
                                                             -> std::same_as<std::string_view>; };
      requires !requires { &S::skb_headroom_bytes; } ||
               requires { { S::skb_headroom_bytes(algorithm, scratch_bytes) } noexcept
                                                                  -> std::same_as<std::size_t>; };
      requires !requires { &S::create; } ||
               requires { { S::create(options) } -> std::same_as<Result<std::unique_ptr<S>>>; };
      requires requires { &S::create; } || std::default_initializable<S> ||
               std::constructible_from<S, const StrategyOptions&>;

      { s.open(algorithm, keys, scratch_bytes) } -> std::same_as<Result<typename S::Socket>>;
      { s.close(socket) } noexcept -> std::same_as<void>;

      { s.accept(parent, keys) } noexcept -> std::same_as<Result<typename S::Socket>>;
      { s.rekey(socket, keys) } noexcept -> std::same_as<Errno>;

      { s.start(cpu, socket, skb, operation) } noexcept -> std::same_as<Errno>;
      { s.key(operation) } noexcept -> std::same_as<Errno>;
      { s.end(cpu, operation) } noexcept -> std::same_as<void>;

      { operation.request() } noexcept -> std::same_as<Request&>;
      { operation.scratch() } noexcept -> std::same_as<std::uint8_t*>;
    };

/// A strategy whose operations end later: hash_final() may say einprogress, and what it was to
/// write is there, or not, once flush() has returned. They are flushed and ended on the CPU that
/// began them: what is in progress is that CPU's alone.
template <class S>
concept BatchedStrategy =
    Strategy<S> && requires(S s, const typename S::Operation& operation, unsigned cpu) {
      // Operations begun and not ended that a CPU may have; one more is refused with ebusy.
      { S::most_in_flight } -> std::convertible_to<unsigned>;
      // Ends all that this CPU has in progress.
      { s.flush(cpu) } noexcept -> std::same_as<void>;
      // einprogress until then; afterwards how the operation ended.
      { operation.status() } noexcept -> std::same_as<Errno>;
    };
// clang-format on

/// What became of an operation whose last step said `e`, with nothing left in progress.
template <Strategy S>
Errno finished(S& strategy, unsigned cpu, typename S::Operation& operation, Errno e) noexcept {
  if constexpr (BatchedStrategy<S>) {
    if (e == Errno::einprogress) {
      strategy.flush(cpu);
      return operation.status();
    }
  }
  return e;
}

/// A packet's operation from start to end, in which the protocol does step(Request&, scratch).
/// Returns the first error, or ok: then all that step began has ended too. Always inlined: left to
/// itself the compiler does so for some strategies, and a call is worth what they differ by.
template <Strategy S, class Step>
[[gnu::always_inline]] inline Errno operate(S& strategy, unsigned cpu, typename S::Socket& socket,
                                            const Skb& skb, Step&& step) noexcept {
  typename S::Operation operation;
  Errno e = strategy.start(cpu, socket, skb, operation);
  if (failed(e)) return e;
  e = strategy.key(operation);
  if (!failed(e)) {
    e = finished(strategy, cpu, operation, step(operation.request(), operation.scratch()));
  }
  strategy.end(cpu, operation);
  return e;
}

}  // namespace tfm
