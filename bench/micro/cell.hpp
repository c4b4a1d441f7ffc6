// SPDX-License-Identifier: MIT
// Micro-benchmarks of a strategy: one instance, one socket per thread, thread n is CPU n.
//
//   packet      start, key, TCP-AO's four updates, final, end; if operations end later: in bursts
//               of 32 with different texts
//   start_end   start and end alone
//   setkey      key() alone, repeated in one operation; does nothing if requests are already keyed
//   open_close  a further socket opens and closes while the algorithm is in use
#pragma once

#include <fmt/format.h>

#include <array>
#include <memory>
#include <vector>

#include "bench/machine/simd_state.hpp"
#include "bench/micro/case.hpp"
#include "bench/micro/message.hpp"
#include "runtime/cores.hpp"
#include "runtime/mutex.hpp"
#include "runtime/rcu.hpp"
#include "strategies/strategy.hpp"

namespace tfm::micro {

/// Room for the TCP header that TCP-AO copies: the longest one (RFC 9293 §3.1).
inline constexpr std::size_t scratch_bytes = 60;
inline constexpr unsigned possible_cpus = 8;

template <Strategy S>
class Cell {
 public:
  /// nullptr if the strategy or a socket cannot be made.
  static std::unique_ptr<Cell> create(const Algorithm& algorithm, const Message& message,
                                      unsigned threads) {
    auto strategy = tfm::create<S>({.possible_cpus = possible_cpus});
    if (!strategy) return nullptr;
    std::unique_ptr<Cell> cell(new Cell(algorithm, message, std::move(*strategy)));
    cell->sockets_.reserve(threads);
    for (unsigned i = 0; i < threads; ++i) {
      auto socket = cell->open();
      if (!socket) return nullptr;
      cell->sockets_.push_back({std::move(*socket)});
    }
    return cell;
  }
  ~Cell() {
    for (Slot& slot : sockets_) strategy_->close(slot.socket);
  }
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;

  void packet(benchmark::State& state, unsigned cpu) {
    if constexpr (BatchedStrategy<S>) return packets(state, cpu);
    for (auto _ : state) {
      Mac mac;
      const Errno e =
          operate(*strategy_, cpu, sockets_[cpu].socket, skb_on(cpu),
                  [&](Request& request, std::uint8_t*) { return hash(request, message_, mac); });
      if (failed(e)) return skip(state, "the operation failed");
      if (!is_right(mac)) return skip(state, "the MAC differs from the reference");
    }
  }

  void start_end(benchmark::State& state, unsigned cpu) {
    for (auto _ : state) {
      typename S::Operation operation;
      if (failed(start(cpu, operation))) return skip(state, "start failed");
      benchmark::DoNotOptimize(operation.request());
      strategy_->end(cpu, operation);
    }
  }

  void setkey(benchmark::State& state, unsigned cpu) {
    typename S::Operation operation;
    if (failed(start(cpu, operation))) return skip(state, "start failed");
    bool keyed = true;
    for (auto _ : state) {
      keyed = !failed(strategy_->key(operation)) && keyed;
      benchmark::ClobberMemory();
    }
    keyed = keyed && !failed(strategy_->key(operation));
    Mac mac;
    const bool right =
        keyed &&
        !failed(finished(*strategy_, cpu, operation, hash(operation.request(), message_, mac))) &&
        is_right(mac);
    strategy_->end(cpu, operation);
    if (!right) skip(state, "the MAC differs from the reference");
  }

  void open_close(benchmark::State& state, unsigned) {
    // The clean-up of one thread's socket waits for a grace period. Meanwhile another thread can
    // have ended its loop, and waits for this one.
    const RcuOffline process_context;
    for (auto _ : state) {
      auto socket = open();
      if (!socket) return skip(state, "open failed");
      strategy_->close(*socket);
    }
  }

 private:
  struct alignas(64) Slot {
    typename S::Socket socket;
  };

  Cell(const Algorithm& algorithm, const Message& message, std::unique_ptr<S> strategy)
      : algorithm_(algorithm), message_(message), strategy_(std::move(strategy)) {}

  Result<typename S::Socket> open() {
    return strategy_->open(algorithm_, {message_.key(), message_.key()}, scratch_bytes);
  }
  static Skb skb_on(unsigned cpu) noexcept { return {nullptr, cpu, 0, Direction::tx, false}; }
  Errno start(unsigned cpu, typename S::Operation& operation) noexcept {
    return strategy_->start(cpu, sockets_[cpu].socket, skb_on(cpu), operation);
  }

  void packets(benchmark::State& state, unsigned cpu) {
    std::vector<Message> messages;
    messages.reserve(burst);
    for (unsigned i = 0; i < burst; ++i) messages.emplace_back(algorithm_, message_.data_bytes());
    std::array<typename S::Operation, burst> operations;
    std::array<Mac, burst> macs;
    while (state.KeepRunningBatch(burst)) {
      for (unsigned i = 0; i < burst; ++i) {
        if (failed(start(cpu, operations[i]))) return skip(state, "start failed");
        Errno e = strategy_->key(operations[i]);
        if (!failed(e)) e = hash(operations[i].request(), messages[i], macs[i]);
        if (failed(e) && e != Errno::einprogress) return skip(state, "the operation failed");
      }
      strategy_->flush(cpu);
      for (unsigned i = 0; i < burst; ++i) {
        const Errno e = operations[i].status();
        strategy_->end(cpu, operations[i]);
        if (failed(e)) return skip(state, "the operation failed");
        if (!is_right(macs[i])) return skip(state, "the MAC differs from the reference");
      }
    }
  }
  /// null's MACs are zeros (the zero algorithm).
  bool is_right(const Mac& mac) const noexcept {
    if constexpr (S::name == "null") return mac == Mac{};
    return message_.is_right(mac);
  }

  const Algorithm& algorithm_;
  const Message& message_;
  std::unique_ptr<S> strategy_;
  std::vector<Slot> sockets_;
};

/// An object that all threads of a run share. The first thread makes it, and the last one frees it.
/// No thread leaves before all have come: Google Benchmark's threads wait for each other where the
/// loop begins.
template <class T>
class OfOneRun {
 public:
  template <class Make>
  std::shared_ptr<T> get(Make&& make) {
    const std::lock_guard lock(mutex_);
    auto shared = current_.lock();
    if (shared == nullptr) current_ = shared = make();
    return shared;
  }

 private:
  Mutex mutex_;
  std::weak_ptr<T> current_;
};

/// Registers WHAT/STRATEGY/PROVIDER/ALGORITHM/BYTES, unless the strategy refuses the algorithm.
/// BYTES is 0 if nothing is hashed.
template <Strategy S>
void register_strategy(std::string_view what, const Algorithm& algorithm, std::size_t bytes,
                       void (Cell<S>::*run)(benchmark::State&, unsigned)) {
  if (!refuses<S>(algorithm, scratch_bytes).empty()) return;
  auto message = std::make_shared<const Message>(algorithm, bytes);
  auto cells = std::make_shared<OfOneRun<Cell<S>>>();
  register_case(
      fmt::format("{}/{}/{}/{}/{}", what, S::name, algorithm.provider, algorithm.name, bytes),
      [=, &algorithm](benchmark::State& state) {
        const auto cpu = static_cast<unsigned>(state.thread_index());
        pin_to_core(cpu);
        const RcuThread reader;
        const std::shared_ptr<Cell<S>> cell = cells->get([&] {
          return Cell<S>::create(algorithm, *message, static_cast<unsigned>(state.threads()));
        });
        if (cell == nullptr) return skip(state, "the strategy could not open its sockets");
        bench::clean_simd();
        ((*cell).*run)(state, cpu);
      });
}

}  // namespace tfm::micro
