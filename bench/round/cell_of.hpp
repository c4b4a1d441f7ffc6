// SPDX-License-Identifier: MIT
// A cell with its types: the loops that are timed.
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "bench/round/cell.hpp"
#include "bench/round/churn_of.hpp"
#include "bench/round/exchange.hpp"
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
        cpus_(workload.cpus()) {}

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
    for (unsigned cpu = 0; cpu < cpus_.size(); ++cpu) {
      const auto& skbs = trace(cpu).skbs();
      for (std::size_t i = 0; i < std::min(limit, skbs.size()); ++i) {
        if (!sockets_.alive(skbs[i].socket)) continue;
        if (const std::string_view wrong = check_packet(cpu, skbs[i]); !wrong.empty()) {
          return fmt::format("packet {} of socket {} on CPU {}: {}", i, skbs[i].socket, cpu, wrong);
        }
      }
    }
    return {};
  }

  void run(unsigned cpu, unsigned polls, Tally& tally) noexcept override {
    const Trace& trace = this->trace(cpu);
    Cpu& state = cpus_[cpu];
    for (unsigned i = 0; i < polls; ++i) {
      const Skb* poll = trace.poll(state.poll);
      if (poll->direction == Direction::rx) {
        enter_softirq();
        for (unsigned k = 0; k < poll_packets; ++k) {
          prefetch(poll, k + prefetch_ahead);
          receive(cpu, poll[k], tally);
        }
        leave_softirq();
      } else {
        for (unsigned k = 0; k < poll_packets; ++k) {
          prefetch(poll, k + prefetch_ahead);
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
  }

  const Skb* poll(unsigned cpu, std::uint64_t i) const noexcept override {
    return trace(cpu).poll(i % trace(cpu).polls());
  }

  Outcome handle(unsigned cpu, const Skb& skb, Tally& tally) noexcept override {
    if (skb.direction == Direction::tx) return send(cpu, skb, tally);
    enter_softirq();
    const Outcome v = receive(cpu, skb, tally);
    leave_softirq();
    return v;
  }

  void close_next(unsigned cpu, Tally& tally) noexcept override { churn_.close_next(cpu, tally); }
  void open_again(unsigned cpu, std::uint32_t turns, Tally& tally) noexcept override {
    churn_.open_again(cpu, turns, tally);
  }

 private:
  struct alignas(64) Cpu {
    std::size_t poll = 0;
    unsigned packet = 0;  ///< open loop: packets of the poll that are done

    void next(const Trace& trace) noexcept {
      packet = 0;
      if (++poll == trace.polls()) poll = 0;
    }
  };

  static constexpr unsigned prefetch_ahead = 3;

  /// The headers of a packet that is soon due, and its connection, as drivers do (net_prefetch()):
  /// the same for every strategy, whose own memory is never prefetched.
  void prefetch(const Skb* poll, unsigned k) const noexcept {
    if (k >= poll_packets) return;
    __builtin_prefetch(poll[k].data);
    __builtin_prefetch(&workload_.connection(poll[k].socket));
  }

  const Trace& trace(unsigned cpu) const noexcept {
    return is_null ? workload_.zero_trace(cpu) : workload_.trace(cpu);
  }

  void use(std::uint32_t i, unsigned cpu, Direction direction) noexcept {
    std::uint8_t packet[128] = {};
    const std::size_t length =
        workload_.protocol().build(workload_.connection(i), direction, 0, 0, packet);
    Tally nobodys;
    handle(cpu, {packet, i, static_cast<std::uint16_t>(length), direction, false}, nobodys);
  }

  Outcome send(unsigned cpu, const Skb& skb, Tally& tally) noexcept {
    ++tally.packets;
    const Outcome v = sockets_.alive(skb.socket)
                          ? sign(*strategy_, cpu, sockets_[skb.socket], workload_.protocol(),
                                 workload_.connection(skb.socket), skb)
                          : Outcome::failed;
    count_sent(v, tally);
    return v;
  }

  Outcome receive(unsigned cpu, const Skb& skb, Tally& tally) noexcept {
    ++tally.packets;
    if (skb.forged) ++tally.forged;
    const Outcome v = sockets_.alive(skb.socket)
                          ? verify(*strategy_, cpu, sockets_[skb.socket], workload_.protocol(),
                                   workload_.connection(skb.socket), skb)
                          : Outcome::failed;
    count_received(v, skb.forged, tally);
    return v;
  }

  /// Empty, or what is wrong with what this cell makes of a packet.
  std::string_view check_packet(unsigned cpu, const Skb& skb) {
    const auto& connection = workload_.connection(skb.socket);
    const MutableBytes place = workload_.protocol().find(connection, skb).mac();
    if (place.empty()) return "the packet has no place for a MAC";
    auto& socket = sockets_[skb.socket];
    if (skb.direction == Direction::rx) {
      const Outcome v = verify(*strategy_, cpu, socket, workload_.protocol(), connection, skb);
      if (v == Outcome::failed || v == Outcome::no_memory) return "the operation failed";
      if (v == Outcome::passed && skb.forged) return "a forged packet was accepted";
      if (v == Outcome::refused && !skb.forged) return "the reference's MAC was refused";
      return {};
    }
    std::array<std::uint8_t, max_digest_bytes> expected{};
    std::copy(place.begin(), place.end(), expected.begin());
    std::fill(place.begin(), place.end(), std::uint8_t{0xa5});
    const Outcome v = sign(*strategy_, cpu, socket, workload_.protocol(), connection, skb);
    const bool equal = std::equal(place.begin(), place.end(), expected.begin());
    std::copy_n(expected.begin(), place.size(), place.begin());
    if (v != Outcome::passed) return "the operation failed";
    return equal ? std::string_view{} : "the MAC differs from the reference's";
  }

  const WorkloadOf<P>& workload_;
  std::unique_ptr<S> strategy_;
  SocketsOf<S, P> sockets_;
  ChurnOf<S, P> churn_;
  double churn_per_poll_;
  std::vector<Cpu> cpus_;
};

}  // namespace tfm::bench
