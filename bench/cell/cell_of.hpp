// SPDX-License-Identifier: MIT
// A cell with its types: the loops that are timed.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "bench/cell/arrivals.hpp"
#include "bench/cell/batch.hpp"
#include "bench/cell/cell.hpp"
#include "bench/cell/cell_check.hpp"
#include "bench/cell/churn_of.hpp"
#include "bench/cell/exchange.hpp"
#include "bench/cell/offload_of.hpp"
#include "bench/cell/replay_memory.hpp"
#include "bench/cell/sockets_of.hpp"
#include "bench/cell/softirq_section.hpp"
#include "bench/cell/trace_place.hpp"
#include "bench/cell/workload_of.hpp"
#include "bench/machine/cache_lines.hpp"

namespace tfm::bench {

template <Strategy S, Protocol P>
class CellOf final : public Cell {
 public:
  static constexpr bool is_null = S::name == std::string_view("null");
  /// If false, each packet ends before the next begins.
  static constexpr bool in_batches = BatchedStrategy<S> && P::family == Family::hash;

  CellOf(const WorkloadOf<P>& workload, std::unique_ptr<S> strategy)
      : workload_(workload),
        strategy_(std::move(strategy)),
        sockets_(workload, *strategy_),
        churn_(workload, *strategy_, sockets_),
        churn_per_poll_(workload.churn_per_poll()),
        cpus_(workload.cpus()),
        memory_(workload) {}

  Opening open_first(std::uint32_t count) override {
    if (workload_.churn_per_poll() > 0) {
      if (const Errno e = churn_.listen(); failed(e)) return {0, e};
    }
    return sockets_.open_first(std::min(count, workload_.sockets()));
  }

  void close() noexcept override {
    churn_.stop_listening();
    sockets_.close();
  }

  void close_largest() noexcept override { sockets_.close_largest(); }

  std::size_t skb_headroom_bytes() const noexcept override {
    std::size_t most = 0;
    for (std::uint32_t i = 0; i < workload_.kinds(); ++i) {
      const Kind& kind = workload_.kind(i);
      most = std::max(most, tfm::skb_headroom_bytes<S>(kind.template of<S>(), kind.scratch_bytes));
    }
    return most;
  }

  void use_each() noexcept override {
    for (std::uint32_t i = 0; i < sockets_.size(); ++i) {
      const unsigned cpus = i < workload_.kinds() ? workload_.possible_cpus() : 1;
      for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        use(i, cpu, Direction::tx);
        use(i, cpu, Direction::rx);
      }
    }
  }

  std::string check(std::size_t limit) override {
    CellCheck<CellOf> check(*this);
    for (unsigned cpu = 0; cpu < cpus_.size(); ++cpu) {
      if (std::string wrong = check(cpu, limit); !wrong.empty()) return wrong;
      seek(cpu, 0);  // a new lap: receivers forget what the check has accepted
    }
    return {};
  }

  void run(unsigned cpu, unsigned polls, Tally& tally) noexcept override {
    for (unsigned i = 0; i < polls; ++i) {
      const Skb* poll = next_poll(cpu);
      if constexpr (in_batches) {
        run_batch(cpu, poll, tally, [](const Skb&, MutableBytes) {});
      } else if (poll->direction == Direction::rx) {
        const SoftirqSection softirq(true);
        for (unsigned k = 0; k < poll_packets; ++k) {
          workload_.prefetch_after(poll, k);
          receive(cpu, poll[k], tally);
        }
      } else {
        const SoftirqSection softirq(workload_.in_softirq(Direction::tx));
        for (unsigned k = 0; k < poll_packets; ++k) {
          workload_.prefetch_after(poll, k);
          send(cpu, poll[k], tally);
        }
      }
      rcu_quiescent_state();
      cpus_[cpu].place.next(trace(cpu));
      if (churn_per_poll_ > 0) churn_.reopen(cpu, churn_per_poll_, tally);
    }
  }

  // All blocks are named before the first is flushed: naming reads some of them.
  Flushed flush_sockets(unsigned cpu) noexcept override {
    const Skb* poll = next_poll(cpu);
    std::vector<Bytes>& blocks = cpus_[cpu].blocks;
    blocks.clear();
    for (unsigned k = 0; k < poll_packets; ++k) {
      const std::uint32_t i = poll[k].socket;
      blocks.push_back(memory_of(workload_.connection(i)));
      memory_.add_block(i, blocks);
      if (sockets_.alive(i)) socket_blocks<S>(sockets_[i], blocks);
    }
    return {blocks, flush_cache_lines(blocks)};
  }

  void run_open_loop(unsigned cpu, const OpenLoop& load, Latencies& latencies,
                     Tally& tally) noexcept override {
    run_arrivals(
        trace(cpu), cpus_[cpu].place, load, latencies,
        [&](Direction direction) noexcept { return workload_.in_softirq(direction); },
        [&](const Skb& skb) noexcept {
          skb.direction == Direction::rx ? receive(cpu, skb, tally) : send(cpu, skb, tally);
        },
        [&]() noexcept {
          if (churn_per_poll_ > 0) churn_.reopen(cpu, churn_per_poll_, tally);
          return churn_per_poll_ > 0;
        });
  }

  void set_churn(bool on) noexcept override {
    churn_per_poll_ = on ? workload_.churn_per_poll() : 0;
  }

  void set_direction(std::optional<Direction> only) noexcept override { only_ = only; }

  void seek(unsigned cpu, std::uint64_t poll) noexcept override {
    cpus_[cpu].place.seek(trace(cpu), poll);
  }

  const Skb* poll(unsigned cpu, std::uint64_t i) const noexcept override {
    return trace(cpu).poll(i % trace(cpu).polls());
  }

  Outcome handle(unsigned cpu, const Skb& skb, Tally& tally) noexcept override {
    const SoftirqSection softirq(workload_.in_softirq(skb.direction));
    if (skb.direction == Direction::tx) return send(cpu, skb, tally);
    cpus_[cpu].place.arrive(skb);
    return receive(cpu, skb, tally);
  }

  void lost(unsigned cpu, const Skb& skb) noexcept override {
    cpus_[cpu].place.arrive(skb);
    memory_.note(skb, false);
  }

  bool needs_operation(const Skb& skb) const noexcept override {
    const auto found = workload_.protocol().find(workload_.connection(skb.socket), skb);
    return found && tfm::needs_operation<P>(found, skb.direction);
  }

  std::unique_ptr<Offload> offload(std::uint32_t slots) override {
    return std::make_unique<OffloadOf<S, P>>(workload_, *strategy_, sockets_, slots,
                                             is_null ? zero_algorithm() : workload_.algorithm());
  }

  void close_next(unsigned cpu, Tally& tally) noexcept override { churn_.close_next(cpu, tally); }
  void open_again(unsigned cpu, std::uint32_t turns, Tally& tally) noexcept override {
    churn_.open_again(cpu, turns, tally);
  }

 private:
  friend class CellCheck<CellOf>;

  template <class B, bool>
  struct BatchOf {
    struct type {};
  };
  template <class B>
  struct BatchOf<B, true> {
    using type = Batch<B, P>;
  };

  struct alignas(64) Cpu {
    TracePlace place;
    OutputBuffer output;
    [[no_unique_address]] typename BatchOf<S, in_batches>::type batch;
    std::vector<Bytes> blocks;  ///< flush_sockets()'s
  };

  const Trace& trace(unsigned cpu) const noexcept {
    return is_null ? workload_.zero_trace(cpu) : workload_.trace(cpu);
  }

  /// The poll that run() takes next.
  const Skb* next_poll(unsigned cpu) noexcept {
    const Trace& trace = this->trace(cpu);
    TracePlace& place = cpus_[cpu].place;
    // Directions alternate.
    if (only_ && trace.poll(place.poll)->direction != *only_) place.next(trace);
    return trace.poll(place.poll);
  }

  void use(std::uint32_t i, unsigned cpu, Direction direction) noexcept {
    if (!sockets_.alive(i)) return;
    std::array<std::uint8_t, 512> packet{};
    const auto& protocol = workload_.protocol();
    const auto& connection = workload_.connection(i);
    const std::size_t length = protocol.build(connection, direction, 0, 0, packet);
    const Skb skb{packet.data(), i, static_cast<std::uint16_t>(length), direction, false};
    // A possible CPU has no thread and therefore no output buffer.
    const MutableBytes output = cpus_[0].output;
    const SoftirqSection softirq(workload_.in_softirq(direction));
    if (direction == Direction::tx) {
      bench::send(*strategy_, cpu, sockets_[i], protocol, connection, skb, output);
      return;
    }
    typename P::State state{};
    bench::receive(*strategy_, cpu, sockets_[i], protocol, connection, state, skb, output);
  }

  Outcome send_one(unsigned cpu, const Skb& skb, MutableBytes* sent = nullptr) noexcept {
    if (!sockets_.alive(skb.socket)) return Outcome::failed;
    return bench::send(*strategy_, cpu, sockets_[skb.socket], workload_.protocol(),
                       workload_.connection(skb.socket), skb, cpus_[cpu].output, sent);
  }
  Outcome receive_one(unsigned cpu, const Skb& skb) noexcept {
    const Outcome v =
        sockets_.alive(skb.socket)
            ? bench::receive(*strategy_, cpu, sockets_[skb.socket], workload_.protocol(),
                             workload_.connection(skb.socket),
                             memory_.of(skb, cpus_[cpu].place.lap), skb, cpus_[cpu].output)
            : Outcome::failed;
    memory_.note(skb, v == Outcome::passed);
    return v;
  }

  Outcome send(unsigned cpu, const Skb& skb, Tally& tally) noexcept {
    ++tally.packets;
    const Outcome v = send_one(cpu, skb);
    count_sent(v, tally);
    return v;
  }

  Outcome receive(unsigned cpu, const Skb& skb, Tally& tally) noexcept {
    ++tally.packets;
    if (skb.forged) ++tally.forged;
    const Outcome v = receive_one(cpu, skb);
    count_received(v, skb.forged, tally);
    return v;
  }

  /// Handles a poll's packets as one batch. Calls each(const Skb&, MutableBytes sent) as they end.
  template <class Each>
  void run_batch(unsigned cpu, const Skb* poll, Tally& tally, Each&& each) noexcept {
    const P& protocol = workload_.protocol();
    auto& batch = cpus_[cpu].batch;
    typename P::State of_no_receiver{};
    const bool rx = poll->direction == Direction::rx;
    const auto state_of = [&](const Skb& skb) noexcept ->
        typename P::State& { return rx ? memory_.of(skb, cpus_[cpu].place.lap) : of_no_receiver; };
    const SoftirqSection softirq(workload_.in_softirq(poll->direction));
    for (unsigned k = 0; k < poll_packets; ++k) {
      workload_.prefetch_after(poll, k);
      const Skb& skb = poll[k];
      ++tally.packets;
      if (rx && skb.forged) ++tally.forged;
      if (!sockets_.alive(skb.socket)) [[unlikely]] {
        count_drop(Outcome::failed, tally);
        if (rx) memory_.note(skb, false);
        continue;
      }
      const bool may_pass = batch.begin(*strategy_, cpu, sockets_[skb.socket], protocol,
                                        workload_.connection(skb.socket), state_of(skb), skb);
      // A replay in the same poll needs this note. The outcome itself is known only at the end.
      if (rx) memory_.note(skb, may_pass);
    }
    batch.end(*strategy_, cpu, protocol, state_of,
              [&](const Skb& skb, Outcome v, MutableBytes sent) {
                rx ? count_received(v, skb.forged, tally) : count_sent(v, tally);
                if (rx) memory_.note(skb, v == Outcome::passed);
                each(skb, sent);
              });
  }

  const WorkloadOf<P>& workload_;
  std::unique_ptr<S> strategy_;
  SocketsOf<S, P> sockets_;
  ChurnOf<S, P> churn_;
  double churn_per_poll_;
  std::vector<Cpu> cpus_;
  ReplayMemory<P> memory_;
  std::optional<Direction> only_;  // direction of the polls that run() takes
};

}  // namespace tfm::bench
