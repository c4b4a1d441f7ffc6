// SPDX-License-Identifier: MIT
// A strategy whose steps begin with marks. All code of a packet takes it as any other strategy, so
// a packet that is timed has no mark in it, not even a nop.
#pragma once

#include <memory>
#include <utility>

#include "bench/cell/marks.hpp"
#include "strategies/strategy.hpp"

namespace tfm::bench {

/// Not for strategies with operations that end later: packets overlap there, and so do phases.
template <Strategy S>
requires(!BatchedStrategy<S>) class MarkedStrategy {
 public:
  static constexpr std::string_view name = S::name;
  static constexpr std::string_view summary = S::summary;
  static constexpr std::string_view without_socket_uses = S::without_socket_uses;

  using Socket = typename S::Socket;
  using Operation = typename S::Operation;
  using Transient = tfm::Transient<S>;

  /// Errors: S's.
  static Result<std::unique_ptr<MarkedStrategy>> create(const StrategyOptions& options) {
    auto made = tfm::create<S>(options);
    if (!made) return error(made.error());
    return std::make_unique<MarkedStrategy>(std::move(*made));
  }
  explicit MarkedStrategy(std::unique_ptr<S> strategy) : strategy_(std::move(strategy)) {}

  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    return strategy_->open(algorithm, keys, scratch_bytes);
  }
  void close(Socket& socket) noexcept { strategy_->close(socket); }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    return strategy_->accept(parent, keys);
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return strategy_->rekey(socket, keys); }

  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& operation) noexcept {
    mark<Mark::start>();
    return strategy_->start(cpu, socket, skb, operation);
  }
  Errno without_socket(unsigned cpu, Socket& mkt, Bytes key, const Skb& skb,
                       Transient& operation) noexcept {
    mark<Mark::start>();
    return strategy_->without_socket(cpu, mkt, key, skb, operation);
  }
  /// What follows is the protocol's own work, up to the mark of the algorithm's final().
  template <class Any>
  Errno key(Any& operation) noexcept {
    mark<Mark::key>();
    const Errno e = strategy_->key(operation);
    mark<Mark::update>();
    return e;
  }
  template <class Any>
  void end(unsigned cpu, Any& operation) noexcept {
    mark<Mark::end>();
    strategy_->end(cpu, operation);
    mark<Mark::other>();
  }

 private:
  std::unique_ptr<S> strategy_;
};

}  // namespace tfm::bench
