// SPDX-License-Identifier: MIT
// A cell with its types: the loops that are timed.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "bench/round/batch.hpp"
#include "bench/round/cell.hpp"
#include "bench/round/churn_of.hpp"
#include "bench/round/exchange.hpp"
#include "bench/round/offload_of.hpp"
#include "bench/round/sockets_of.hpp"
#include "bench/round/workload_of.hpp"

namespace tfm::bench {

template <Strategy S, Protocol P>
class CellOf final : public Cell {
 public:
  static constexpr bool is_null = S::name == std::string_view("null");

  CellOf(const WorkloadOf<P>& workload, std::unique_ptr<S> strategy)
      : workload_(workload),
        strategy_(std::move(strategy)),
        sockets_(workload, *strategy_),
        churn_(workload, *strategy_, sockets_),
        churn_per_poll_(workload.churn_per_poll()),
        cpus_(workload.cpus()),
        remembered_(remembers ? workload.sockets() : 0) {}

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
      most = std::max(most, tfm::skb_headroom_bytes<S>(*kind.algorithm, kind.scratch_bytes));
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
    Reference reference(is_null ? zero_algorithm() : workload_.algorithm(),
                        workload_.protocol().scratch_bytes());
    for (unsigned cpu = 0; cpu < cpus_.size(); ++cpu) {
      seek(cpu, 0);
      const auto& skbs = trace(cpu).skbs();
      for (std::size_t i = 0; i < std::min(limit, skbs.size()); ++i) {
        if (!sockets_.alive(skbs[i].socket)) continue;
        if (const auto wrong = check_packet(cpu, skbs[i], reference); !wrong.empty()) {
          return fmt::format("packet {} of socket {} on CPU {}: {}", i, skbs[i].socket, cpu, wrong);
        }
      }
      if constexpr (BatchedStrategy<S>) {
        if (auto wrong = check_batches(cpu, limit); !wrong.empty()) return wrong;
      }
      seek(cpu, 0);  // what comes now has not been accepted yet
    }
    return {};
  }

  void run(unsigned cpu, unsigned polls, Tally& tally) noexcept override {
    const Trace& trace = this->trace(cpu);
    Cpu& state = cpus_[cpu];
    for (unsigned i = 0; i < polls; ++i) {
      const Skb* poll = trace.poll(state.poll);
      if constexpr (BatchedStrategy<S>) {
        run_batch(cpu, poll, tally);
      } else if (poll->direction == Direction::rx) {
        enter_softirq();
        for (unsigned k = 0; k < poll_packets; ++k) {
          workload_.prefetch_after(poll, k);
          receive(cpu, poll[k], tally);
        }
        leave_softirq();
      } else {
        for (unsigned k = 0; k < poll_packets; ++k) {
          workload_.prefetch_after(poll, k);
          send(cpu, poll[k], tally);
        }
      }
      state.next(trace);
      if (churn_per_poll_ > 0) churn_.reopen(cpu, churn_per_poll_, tally);
    }
  }

  void run_open_loop(unsigned cpu, const OpenLoop& load, Latencies& latencies,
                     Tally& tally) noexcept override {
    const Trace& trace = this->trace(cpu);
    Cpu& state = cpus_[cpu];
    const auto& arrivals = *load.arrivals;
    const auto since = [&](std::uint64_t end, std::uint64_t begin) {
      return end > begin ? static_cast<std::uint64_t>(load.clock->ns(end - begin)) : 0;
    };
    const std::uint64_t origin = stamp();
    const auto due = [&](std::size_t i) {
      return origin + static_cast<std::uint64_t>(arrivals[i] * load.mean_gap_ticks);
    };
    const std::uint64_t absence = load.clock->ticks(absence_ns);
    std::size_t next = 0;
    for (std::uint64_t last = origin; next < arrivals.size();) {
      const std::uint64_t now = stamp();
      if (now - last > absence) ++latencies.absences;
      last = now;
      if (now < due(next)) continue;  // as a busy-polling driver waits
      // What has arrived by now, up to the poll's weight and to where the direction changes.
      const Skb* poll = trace.poll(state.poll);
      const bool softirq = poll->direction == Direction::rx;
      if (softirq) enter_softirq();
      while (next < arrivals.size() && state.packet < poll_packets && due(next) <= now) {
        const std::uint64_t arrival = due(next++);
        const Skb& skb = poll[state.packet++];
        const std::uint64_t begin = stamp();
        if (softirq) {
          receive(cpu, skb, tally);
        } else {
          send(cpu, skb, tally);
        }
        const std::uint64_t end = stamp();
        if (end - last > absence) ++latencies.absences;
        last = end;
        latencies.lateness.add(since(begin, arrival));
        latencies.service.add(since(end, begin));
        latencies.response.add(since(end, arrival));
      }
      if (softirq) leave_softirq();
      if (state.packet < poll_packets) continue;
      state.next(trace);
      if (churn_per_poll_ > 0) {
        churn_.reopen(cpu, churn_per_poll_, tally);
        last = stamp();
      }
    }
  }

  void set_churn(bool on) noexcept override {
    churn_per_poll_ = on ? workload_.churn_per_poll() : 0;
  }

  void seek(unsigned cpu, std::uint64_t poll) noexcept override {
    cpus_[cpu].poll = poll % trace(cpu).polls();
    cpus_[cpu].packet = 0;
    ++cpus_[cpu].lap;
  }

  const Skb* poll(unsigned cpu, std::uint64_t i) const noexcept override {
    return trace(cpu).poll(i % trace(cpu).polls());
  }

  Outcome handle(unsigned cpu, const Skb& skb, Tally& tally) noexcept override {
    if (skb.direction == Direction::tx) return send(cpu, skb, tally);
    // The caller goes round the trace: what does not stand behind the last begins a new lap.
    if (!std::less<>{}(std::exchange(cpus_[cpu].last, &skb), &skb)) ++cpus_[cpu].lap;
    enter_softirq();
    const Outcome v = receive(cpu, skb, tally);
    leave_softirq();
    return v;
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
  /// Nothing where each packet is ended before the next begins.
  template <class>
  struct BatchOf {
    struct type {};
  };
  template <BatchedStrategy B>
  struct BatchOf<B> {
    using type = Batch<B, P>;
  };

  struct alignas(64) Cpu {
    std::size_t poll = 0;
    unsigned packet = 0;        ///< open loop: packets of the poll that are done
    std::uint32_t lap = 1;      ///< how often the trace was begun, wherever in it
    const Skb* last = nullptr;  ///< of those that handle() received
    OutputBuffer output;
    [[no_unique_address]] typename BatchOf<S>::type batch;

    void next(const Trace& trace) noexcept {
      packet = 0;
      if (++poll < trace.polls()) return;
      poll = 0;
      ++lap;
    }
  };

  /// What a receiver remembers holds for one lap of the trace: its packets come again as they were.
  static constexpr bool remembers = !std::is_empty_v<typename P::State>;
  struct Remembered {
    std::uint32_t lap = 0;
    bool last_accepted = false;  ///< of the genuine packets
    typename P::State state{};
  };

  const Trace& trace(unsigned cpu) const noexcept {
    return is_null ? workload_.zero_trace(cpu) : workload_.trace(cpu);
  }

  void use(std::uint32_t i, unsigned cpu, Direction direction) noexcept {
    if (!sockets_.alive(i)) return;
    std::array<std::uint8_t, 512> packet{};
    const auto& protocol = workload_.protocol();
    const auto& connection = workload_.connection(i);
    const std::size_t length = protocol.build(connection, direction, 0, 0, packet);
    const Skb skb{packet.data(), i, static_cast<std::uint16_t>(length), direction, false};
    // A possible CPU has no thread, and so no output of its own.
    const MutableBytes output = cpus_[0].output;
    if (direction == Direction::tx) {
      bench::send(*strategy_, cpu, sockets_[i], protocol, connection, skb, output);
      return;
    }
    typename P::State state{};
    enter_softirq();
    bench::receive(*strategy_, cpu, sockets_[i], protocol, connection, state, skb, output);
    leave_softirq();
  }

  /// The socket's memory of this lap. A replay whose original was not accepted would be none: where
  /// the lap began behind it, or it was dropped, it is remembered all the same.
  typename P::State& state_of(unsigned cpu, const Skb& skb) noexcept {
    if constexpr (remembers) {
      Remembered& r = remembered_[skb.socket];
      if (r.lap != cpus_[cpu].lap) [[unlikely]]
        r = {cpus_[cpu].lap};
      if (skb.forged && !r.last_accepted && workload_.is_replay(skb)) [[unlikely]] {
        const auto found = workload_.protocol().find(workload_.connection(skb.socket), skb);
        workload_.protocol().replay_advance(r.state, found);
      }
      return r.state;
    } else {
      static constinit thread_local typename P::State nothing{};
      return nothing;
    }
  }

  void remember([[maybe_unused]] const Skb& received, [[maybe_unused]] bool accepted) noexcept {
    if constexpr (remembers) {
      if (!received.forged) remembered_[received.socket].last_accepted = accepted;
    }
  }

  Outcome send_one(unsigned cpu, const Skb& skb, MutableBytes* sent = nullptr) noexcept {
    if (!sockets_.alive(skb.socket)) return Outcome::failed;
    return bench::send(*strategy_, cpu, sockets_[skb.socket], workload_.protocol(),
                       workload_.connection(skb.socket), skb, cpus_[cpu].output, sent);
  }
  Outcome receive_one(unsigned cpu, const Skb& skb) noexcept {
    const Outcome v = sockets_.alive(skb.socket)
                          ? bench::receive(*strategy_, cpu, sockets_[skb.socket],
                                           workload_.protocol(), workload_.connection(skb.socket),
                                           state_of(cpu, skb), skb, cpus_[cpu].output)
                          : Outcome::failed;
    remember(skb, v == Outcome::passed);
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

  /// A poll's packets at once.
  void run_batch(unsigned cpu, const Skb* poll, Tally& tally) noexcept requires BatchedStrategy<S> {
    const P& protocol = workload_.protocol();
    auto& batch = cpus_[cpu].batch;
    const bool rx = poll->direction == Direction::rx;
    if (rx) enter_softirq();
    for (unsigned k = 0; k < poll_packets; ++k) {
      workload_.prefetch_after(poll, k);
      const Skb& skb = poll[k];
      ++tally.packets;
      if (rx && skb.forged) ++tally.forged;
      if (!sockets_.alive(skb.socket)) [[unlikely]] {
        count_drop(Outcome::failed, tally);
        if (rx) remember(skb, false);
        continue;
      }
      batch.begin(*strategy_, cpu, sockets_[skb.socket], protocol, workload_.connection(skb.socket),
                  state_of(cpu, skb), skb, cpus_[cpu].output);
      // A replay in the same poll counts on it; what becomes of it is known at the end.
      if (rx) remember(skb, true);
    }
    batch.end(*strategy_, cpu, protocol, [&](const Skb& skb, Outcome v) {
      rx ? count_received(v, skb.forged, tally) : count_sent(v, tally);
      if (rx) remember(skb, v == Outcome::passed);
    });
    if (rx) leave_softirq();
  }

  /// The same packets as polls, after check_packet() has found each to be as it should: empty, or
  /// the first poll that differs.
  std::string check_batches(unsigned cpu, std::size_t limit) requires BatchedStrategy<S> {
    seek(cpu, 0);
    const Trace& trace = this->trace(cpu);
    for (std::size_t i = 0; i < trace.polls() && i * poll_packets < limit; ++i) {
      const std::span poll(trace.poll(i), poll_packets);
      const auto alive = [&](const Skb& skb) { return sockets_.alive(skb.socket); };
      if (!std::ranges::all_of(poll, alive)) continue;
      std::vector<std::uint8_t> expected, sent;
      for (const Skb& skb : poll) {
        expected.insert(expected.end(), skb.bytes().begin(), skb.bytes().end());
        if (skb.direction == Direction::rx) continue;
        const auto found = workload_.protocol().find(workload_.connection(skb.socket), skb);
        if constexpr (requires { found.mac(); }) std::ranges::fill(found.mac(), 0xa5);
      }
      Tally tally;
      run_batch(cpu, poll.data(), tally);
      for (const Skb& skb : poll) sent.insert(sent.end(), skb.bytes().begin(), skb.bytes().end());
      auto from = expected.begin();
      for (const Skb& skb : poll) {
        std::copy_n(from, skb.length, skb.data);
        from += skb.length;
      }
      if (tally.drops + tally.forged_accepted + tally.genuine_refused > 0 || sent != expected)
        return fmt::format("poll {} on CPU {} differs from its packets one by one", i, cpu);
    }
    return {};
  }

  /// Empty, or what is wrong with what this cell makes of a packet.
  std::string_view check_packet(unsigned cpu, const Skb& skb, Reference& reference) {
    if (skb.direction == Direction::rx) {
      const Outcome v = receive_one(cpu, skb);
      if (v == Outcome::failed || v == Outcome::no_memory) return "the operation failed";
      if (v == Outcome::passed && skb.forged) return "a forged packet was accepted";
      if (v != Outcome::passed && !skb.forged) return "a packet of the reference was refused";
      return {};
    }
    const auto& connection = workload_.connection(skb.socket);
    const auto keys = workload_.keys(skb.socket);
    if (!keys) return "its keys cannot be derived";
    const MutableBytes by_reference =
        reference.output(workload_.protocol(), connection, *keys, skb);
    const std::vector<std::uint8_t> expected(by_reference.begin(), by_reference.end());
    const bool in_place = by_reference.data() == skb.data;
    // What the strategy does not write must not look right.
    const auto found = workload_.protocol().find(connection, skb);
    if constexpr (requires { found.mac(); }) {
      std::fill(found.mac().begin(), found.mac().end(), std::uint8_t{0xa5});
    } else {
      std::fill_n(MutableBytes(cpus_[cpu].output).begin(), expected.size(), std::uint8_t{0xa5});
    }
    MutableBytes sent;
    const Outcome v = send_one(cpu, skb, &sent);
    const bool equal = v == Outcome::passed && std::ranges::equal(sent, expected);
    if (in_place) std::ranges::copy(expected, skb.data);
    if (v != Outcome::passed) return "the operation failed";
    return equal ? std::string_view{} : "what it sends differs from the reference's";
  }

  const WorkloadOf<P>& workload_;
  std::unique_ptr<S> strategy_;
  SocketsOf<S, P> sockets_;
  ChurnOf<S, P> churn_;
  double churn_per_poll_;
  std::vector<Cpu> cpus_;
  std::vector<Remembered> remembered_;  // by socket; empty where there is nothing to remember
};

}  // namespace tfm::bench
