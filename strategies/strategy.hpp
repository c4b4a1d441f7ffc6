// SPDX-License-Identifier: MIT
// The contract between a strategy (who owns transforms, requests and scratch) and a workload (what
// is hashed). A strategy never learns what a packet is; a workload never learns who owns the
// request.
//
//   slow path, may sleep      create, open, close
//   softirq, atomic           accept, rekey (no allocation that waits)
//   fast path, noexcept       start, key, end
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
  /// the transform that has them, once. It is the same in all calls for a socket and its children.
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
             const typename S::Socket& parent, typename S::Operation& operation, const Skb& skb,
             Direction direction, unsigned cpu, std::vector<Bytes>& blocks) {
      { S::name } -> std::convertible_to<std::string_view>;
      { S::summary } -> std::convertible_to<std::string_view>;  // one line for `list`

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
    };

/// A strategy with operations that end later. hash_final() may return einprogress. Once flush() has
/// returned, the operation has written its output or has failed: status() says which. Flush and end
/// an operation on the CPU that began it: a CPU's operations in progress are its own.
template <class S>
concept BatchedStrategy =
    Strategy<S> && requires(S s, const typename S::Operation& operation, unsigned cpu) {
      // Operations that a CPU can have in flight; one more is refused with ebusy.
      { S::most_in_flight } -> std::convertible_to<unsigned>;
      // Completes all operations that this CPU has in progress.
      { s.flush(cpu) } noexcept -> std::same_as<void>;
      // einprogress while the operation is in progress; afterwards its result.
      { operation.status() } noexcept -> std::same_as<Errno>;
    };
// clang-format on

/// The result of an operation whose last step returned `e`. Nothing is left in progress.
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

/// Runs a packet's operation from start to end; the protocol computes in step(Request&, scratch).
/// Returns the first error, or ok: then all that step() began has ended too. Always inlined: the
/// compiler alone would inline it for some strategies only, and a call costs as much as strategies
/// differ.
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
