// SPDX-License-Identifier: MIT
// The contract between a strategy (who owns transforms, requests and scratch) and a workload (what
// is hashed). A strategy never learns what a packet is; a workload never learns who owns the
// request.
//
//   slow path, may sleep      create, open, close
//   softirq, atomic           accept, rekey (no allocation that waits)
//   fast path, noexcept       start, key, end; without_socket
//
// start() fills an Operation in place, so that a request can live on the stack. From a successful
// start() to its end(), the operation's request and scratch belong to the caller. key() gives the
// request the socket's key; it does nothing if the request has its key already. Do not hash with an
// operation if its start() or key() failed. Call end() after a failed key(), but not after a failed
// start(). Do not close or rekey a socket between an operation's start() and end().
//
// If rekey() cannot set the key of a direction, that direction has no key from then on, not even
// the old one: start(), key() or the operation's first step returns enokey until a rekey()
// succeeds. The other direction has its new key, unless one key serves both.
//
// Some packets have no socket: a SYN, a SYN-ACK, a reset (docs/without_a_socket.md). A listener
// keeps a master key as a Socket that open() made with the master key as its one key; it is called
// an MKT, as in RFC 5925. start() on an MKT gives an operation that hashes with the master key, so
// that a key can be derived; several CPUs may do so at once if the algorithm is flat. accept()
// makes a child of an MKT, with keys of its own. without_socket() is start() for a packet that has
// no socket: the operation gets the key that the caller has just derived, and the MKT says all
// else. The bytes of that key stay the caller's, and must stay until key() returns. What cannot be
// had in softirq, a strategy does not use here: its `without_socket_uses` says what it does
// instead, and what can fail.
#pragma once

#include <concepts>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/bytes.hpp"
#include "runtime/skb.hpp"
#include "runtime/transform.hpp"

namespace tfm {

/// A socket's traffic keys, one for each direction. Both are empty if the algorithm is keyless. The
/// caller owns the bytes. A strategy that needs them later copies them and is charged for the copy.
struct Keys {
  Bytes tx, rx;
  /// One key serves both directions: tx and rx are the same bytes, and a strategy keeps them, or
  /// the transform that has them, once. It is the same in all calls for a socket and its children;
  /// an MKT has one key, and its children have two.
  bool one_key = false;

  Bytes of(Direction d) const noexcept { return d == Direction::tx ? tx : rx; }
};

/// How many operations a CPU could have in flight if they completed later (an offload engine,
/// cryptd).
enum class InFlight : std::uint8_t {
  none,         ///< the operation lives on the stack that began it
  one_per_cpu,  ///< a CPU has one request, transform or scratch: bottom halves stay disabled from
                ///< start to end, and nothing else may start there
  many,
};
inline constexpr std::string_view in_flight_names[] = {"none", "one_per_cpu", "many"};

/// What a strategy is created with.
struct StrategyOptions {
  unsigned possible_cpus = 1;
};

// A strategy declares the following only if it differs from most. Other code asks these functions.

/// How many operations a CPU can have in flight: many, unless S has
/// `static constexpr InFlight in_flight`.
template <class S>
constexpr InFlight in_flight() noexcept {
  if constexpr (requires { S::in_flight; }) return S::in_flight;
  return InFlight::many;
}

/// Whether S calls plain functions, as users of the kernel's library do: it has no transform to put
/// an API in front of. In a block with an API, give it library_form(). False, unless S has
/// `static constexpr bool library`.
template <class S>
constexpr bool is_library() noexcept {
  if constexpr (requires { S::library; }) return S::library;
  return false;
}

/// Whether S is given algorithms of this api in some block.
template <class S>
constexpr bool is_given(Api api) noexcept {
  return api == Api::flat || is_library<S>() == (api == Api::library);
}

/// Allocations per packet after the first packets, with a provider that allocates nothing itself
/// and an skb that has headroom and is not a clone. The contract test counts them. 0, unless S has
/// `static constexpr unsigned fast_path_allocations` or a function of that name.
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

/// The operation that without_socket() fills: S::Operation, unless S has a type `Transient`.
template <class S>
struct TransientOf {
  using type = typename S::Operation;
};
template <class S>
requires requires { typename S::Transient; }
struct TransientOf<S> {
  using type = typename S::Transient;
};
template <class S>
using Transient = typename TransientOf<S>::type;

/// As fast_path_allocations(), of a packet without a socket, from without_socket() to end(). That
/// number, unless S has a function `without_socket_allocations`.
template <class S>
constexpr unsigned without_socket_allocations(const Algorithm& algorithm,
                                              Direction direction) noexcept {
  if constexpr (requires { &S::without_socket_allocations; }) {
    return S::without_socket_allocations(algorithm, direction);
  } else {
    return fast_path_allocations<S>(algorithm, direction);
  }
}

/// The reason, in a few words, why without_socket() returns eopnotsupp for an algorithm that open()
/// takes, or empty. Always empty, unless S has a function of that name.
template <class S>
constexpr std::string_view refuses_without_socket(const Algorithm& algorithm) noexcept {
  if constexpr (requires { &S::refuses_without_socket; })
    return S::refuses_without_socket(algorithm);
  return {};
}

/// The reason, in a few words, why open() returns eopnotsupp for these, or empty. Always empty,
/// unless S has a function of that name.
template <class S>
constexpr std::string_view refuses(const Algorithm& algorithm, std::size_t scratch_bytes) noexcept {
  if constexpr (requires { &S::refuses; }) return S::refuses(algorithm, scratch_bytes);
  return {};
}

/// Bytes of headroom that S needs in every skb. 0, unless S has a function of that name.
template <class S>
std::size_t skb_headroom_bytes(const Algorithm& algorithm, std::size_t scratch_bytes) noexcept {
  if constexpr (requires { &S::skb_headroom_bytes; }) {
    return S::skb_headroom_bytes(algorithm, scratch_bytes);
  }
  return 0;
}

/// Adds the blocks of memory that S keeps for one open socket, its Socket first. Only the Socket,
/// unless S has a function of that name, which adds the others. Memory that several sockets share
/// is not the socket's. Blocks are missing with a keyed algorithm that has no name for what its
/// transform_init() makes (Algorithm::transform_block).
template <class S>
void socket_blocks(const typename S::Socket& socket, std::vector<Bytes>& blocks) {
  blocks.push_back(memory_of(socket));
  if constexpr (requires { &S::socket_blocks; }) S::socket_blocks(socket, blocks);
}

/// Makes a strategy by its own create(), which may fail. Without one, S is constructed from the
/// options, or from nothing. May sleep. Errors: create()'s.
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
             const typename S::Socket& parent, typename S::Operation& operation,
             Transient<S>& transient, Bytes key, const Skb& skb, Direction direction, unsigned cpu,
             std::vector<Bytes>& blocks) {
      { S::name } -> std::convertible_to<std::string_view>;
      { S::summary } -> std::convertible_to<std::string_view>;  // one line for `list`
      // What serves a packet without a socket, and what can fail: one line for `list pairs`.
      { S::without_socket_uses } -> std::convertible_to<std::string_view>;

      // Optional members have the types that the functions above expect.
      requires !requires { S::in_flight; } ||
               requires { { S::in_flight } -> std::convertible_to<InFlight>; };
      requires !requires { S::library; } ||
               requires { { S::library } -> std::convertible_to<bool>; };
      requires !requires { S::fast_path_allocations; } ||
               requires { { S::fast_path_allocations } -> std::convertible_to<unsigned>; } ||
               requires { { S::fast_path_allocations(algorithm, direction) } noexcept
                                                                     -> std::same_as<unsigned>; };
      requires !requires { &S::refuses; } ||
               requires { { S::refuses(algorithm, scratch_bytes) } noexcept
                                                             -> std::same_as<std::string_view>; };
      requires !requires { &S::without_socket_allocations; } ||
               requires { { S::without_socket_allocations(algorithm, direction) } noexcept
                                                                     -> std::same_as<unsigned>; };
      requires !requires { &S::refuses_without_socket; } ||
               requires { { S::refuses_without_socket(algorithm) } noexcept
                                                             -> std::same_as<std::string_view>; };
      requires !requires { &S::skb_headroom_bytes; } ||
               requires { { S::skb_headroom_bytes(algorithm, scratch_bytes) } noexcept
                                                                  -> std::same_as<std::size_t>; };
      requires !requires { &S::socket_blocks; } ||
               requires { { S::socket_blocks(parent, blocks) } -> std::same_as<void>; };
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

      { s.without_socket(cpu, socket, key, skb, transient) } noexcept -> std::same_as<Errno>;
      { s.key(transient) } noexcept -> std::same_as<Errno>;
      { s.end(cpu, transient) } noexcept -> std::same_as<void>;
      { transient.request() } noexcept -> std::same_as<Request&>;
      { transient.scratch() } noexcept -> std::same_as<std::uint8_t*>;
    };

/// A strategy with operations that end later. hash_final() may return einprogress. Once flush() has
/// returned, the operation has written its output or has failed: status() says which. Flush and end
/// an operation on the CPU that began it: a CPU's operations in progress are its own.
template <class S>
concept BatchedStrategy =
    Strategy<S> && requires(S s, const typename S::Operation& operation,
                            const Transient<S>& transient, unsigned cpu) {
      // Operations that a CPU can have in flight; one more is refused with ebusy.
      { S::most_in_flight } -> std::convertible_to<unsigned>;
      // Completes all operations that this CPU has in progress.
      { s.flush(cpu) } noexcept -> std::same_as<void>;
      // einprogress while the operation is in progress; afterwards its result.
      { operation.status() } noexcept -> std::same_as<Errno>;
      { transient.status() } noexcept -> std::same_as<Errno>;
    };
// clang-format on

/// The result of an operation whose last step returned `e`. Nothing is left in progress.
template <Strategy S, class Operation>
Errno finished(S& strategy, unsigned cpu, Operation& operation, Errno e) noexcept {
  if constexpr (BatchedStrategy<S>) {
    if (e == Errno::einprogress) {
      strategy.flush(cpu);
      return operation.status();
    }
  }
  return e;
}

/// Keys and ends an operation that has started; the protocol computes in step(Request&, scratch).
template <Strategy S, class Operation, class Step>
[[gnu::always_inline]] inline Errno complete(S& strategy, unsigned cpu, Operation& operation,
                                             Step&& step) noexcept {
  Errno e = strategy.key(operation);
  if (!failed(e)) {
    e = finished(strategy, cpu, operation, step(operation.request(), operation.scratch()));
  }
  strategy.end(cpu, operation);
  return e;
}

/// Runs a packet's operation from start to end. Returns the first error, or ok: then all that
/// step() began has ended too. Always inlined: the compiler alone would inline it for some
/// strategies only, and a call costs as much as strategies differ.
template <Strategy S, class Step>
[[gnu::always_inline]] inline Errno operate(S& strategy, unsigned cpu, typename S::Socket& socket,
                                            const Skb& skb, Step&& step) noexcept {
  typename S::Operation operation;
  const Errno e = strategy.start(cpu, socket, skb, operation);
  return failed(e) ? e : complete(strategy, cpu, operation, step);
}

/// The same for a packet without a socket, with a key that was derived from the MKT's.
template <Strategy S, class Step>
[[gnu::always_inline]] inline Errno operate_without_socket(S& strategy, unsigned cpu,
                                                           typename S::Socket& mkt, Bytes key,
                                                           const Skb& skb, Step&& step) noexcept {
  Transient<S> operation;
  const Errno e = strategy.without_socket(cpu, mkt, key, skb, operation);
  return failed(e) ? e : complete(strategy, cpu, operation, step);
}

}  // namespace tfm
