// SPDX-License-Identifier: MIT
// A cell with its types: the loops that are timed.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "bench/round/cell.hpp"
#include "bench/round/exchange.hpp"
#include "bench/round/workload_of.hpp"
#include "runtime/rcu.hpp"

namespace tfm::bench {

template <Strategy S, Protocol P>
class CellOf final : public Cell {
 public:
  using Socket = typename S::Socket;
  static constexpr bool is_null = S::name == std::string_view("null");

  CellOf(const WorkloadOf<P>& workload, std::unique_ptr<S> strategy)
      : workload_(workload),
        strategy_(std::move(strategy)),
        churn_per_poll_(workload.churn_per_poll()),
        cpus_(workload.cpus()) {}
  ~CellOf() override { close(); }

  Errno open() override {
    const std::uint32_t count = workload_.sockets();
    // The handles are the sockets' own memory, as a pointer in struct tcp_sock would be.
    sockets_ = static_cast<Socket*>(gfp_alloc(sizeof(Socket) * count, Gfp::kernel, Owner::socket));
    if (sockets_ == nullptr) return Errno::enomem;
    alive_.assign(count, 0);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (const Errno e = open_socket(i); failed(e)) {
        close();
        return e;
      }
    }
    if (workload_.churn_per_poll() > 0) {
      auto listener = open_with(workload_.protocol().keys(workload_.connection(0)));
      if (!listener) {
        close();
        return listener.error();
      }
      listener_ = *listener;
    }
    return Errno::ok;
  }

  void close() noexcept override {
    for (std::uint32_t i = 0; i < alive_.size(); ++i) {
      if (alive_[i] != 0) strategy_->close(sockets_[i]);
    }
    alive_.clear();
    if (listener_) strategy_->close(*listener_);
    listener_.reset();
    gfp_free(std::exchange(sockets_, nullptr));
  }

  std::string check(std::size_t limit) override {
    for (unsigned cpu = 0; cpu < cpus_.size(); ++cpu) {
      const auto& skbs = trace(cpu).skbs();
      for (std::size_t i = 0; i < std::min(limit, skbs.size()); ++i) {
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
      if (churn_per_poll_ > 0) churn(cpu, state, tally);
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
        churn(cpu, state, tally);
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

 private:
  struct alignas(64) Cpu {
    std::size_t poll = 0;
    unsigned packet = 0;     ///< open loop: packets of the poll that are done
    double churn_due = 0;    ///< reopenings not yet done
    std::uint32_t slot = 0;  ///< the socket to be reopened next, counted within the CPU's own
    bool passive = false;

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

  static void enter_softirq() noexcept {
    local_bh_disable();
    rcu_read_lock();
  }
  static void leave_softirq() noexcept {
    rcu_read_unlock();
    local_bh_enable();
  }

  const Trace& trace(unsigned cpu) const noexcept {
    return is_null ? workload_.zero_trace(cpu) : workload_.trace(cpu);
  }

  static Keys as_keys(const TrafficKeys& k) noexcept {
    return {{k.tx.data(), k.bytes}, {k.rx.data(), k.bytes}};
  }
  Result<Socket> open_with(const Result<TrafficKeys>& keys) {
    if (!keys) return error(keys.error());
    return strategy_->open(workload_.algorithm(), as_keys(*keys),
                           workload_.protocol().scratch_bytes());
  }
  Errno open_socket(std::uint32_t i) {
    auto socket = open_with(workload_.protocol().keys(workload_.connection(i)));
    if (!socket) return socket.error();
    ::new (&sockets_[i]) Socket(*socket);
    alive_[i] = 1;
    return Errno::ok;
  }

  void send(unsigned cpu, const Skb& skb, Tally& tally) noexcept {
    ++tally.packets;
    if (alive_[skb.socket] == 0) {
      ++tally.drops;
      return;
    }
    const Outcome v = sign(*strategy_, cpu, sockets_[skb.socket], workload_.protocol(),
                           workload_.connection(skb.socket), skb);
    if (v == Outcome::passed) [[likely]] {
      ++tally.sent;
    } else {
      drop(v, tally);
    }
  }

  void receive(unsigned cpu, const Skb& skb, Tally& tally) noexcept {
    ++tally.packets;
    if (skb.forged) ++tally.forged;
    if (alive_[skb.socket] == 0) {
      ++tally.drops;
      return;
    }
    const Outcome v = verify(*strategy_, cpu, sockets_[skb.socket], workload_.protocol(),
                             workload_.connection(skb.socket), skb);
    if (v == Outcome::passed) [[likely]] {
      ++(skb.forged ? tally.forged_accepted : tally.accepted);
    } else if (v == Outcome::refused) {
      ++(skb.forged ? tally.forged_refused : tally.genuine_refused);
    } else {
      drop(v, tally);
    }
  }

  static void drop(Outcome v, Tally& tally) noexcept {
    ++tally.drops;
    if (v == Outcome::no_memory) ++tally.allocation_failures;
  }

  /// Sockets close and open again while packets flow: actively or passively, as the connection was
  /// opened first. A reopened socket has the same addresses, ports and ISNs, so the trace's packets
  /// stay valid for it.
  void churn(unsigned cpu, Cpu& state, Tally& tally) noexcept {
    for (state.churn_due += churn_per_poll_; state.churn_due >= 1; --state.churn_due) {
      const auto step = static_cast<std::uint32_t>(cpus_.size());
      const std::uint32_t i = state.slot * step + cpu;
      state.slot = i + step < workload_.sockets() ? state.slot + 1 : 0;
      if (alive_[i] != 0) {
        strategy_->close(sockets_[i]);
        alive_[i] = 0;
        ++tally.closes;
      }
      const auto& connection = workload_.connection(i);
      const bool active =
          workload_.protocol().direction_of(connection, Handshake::syn) == Direction::tx;
      const bool opened = active ? connect(cpu, i, tally) : open_passively(cpu, i, tally);
      if (!opened) ++tally.open_failures;
    }
  }

  /// In process context: a SYN signed with the SYN's key, then the established keys.
  bool connect(unsigned cpu, std::uint32_t i, Tally& tally) noexcept {
    const auto& connection = workload_.connection(i);
    auto socket = open_with(workload_.protocol().handshake_keys(connection));
    if (!socket) return false;
    ::new (&sockets_[i]) Socket(*socket);
    send_handshake(cpu, i, Handshake::syn, tally);
    const auto keys = workload_.protocol().keys(connection);
    if (!keys || failed(strategy_->rekey(sockets_[i], as_keys(*keys)))) {
      strategy_->close(sockets_[i]);
      return false;
    }
    alive_[i] = 1;
    ++tally.opens;
    return true;
  }

  /// In softirq: the child of a listener, its keys derived from both ISNs, and its SYN-ACK.
  bool open_passively(unsigned cpu, std::uint32_t i, Tally& tally) noexcept {
    enter_softirq();
    const bool accepted = accept(i);
    if (accepted) {
      ++tally.accepts;
      send_handshake(cpu, i, Handshake::syn_ack, tally);
    }
    leave_softirq();
    return accepted;
  }

  bool accept(std::uint32_t i) noexcept {
    const auto keys = workload_.protocol().keys(workload_.connection(i));
    if (!keys) return false;
    auto socket = strategy_->accept(*listener_, as_keys(*keys));
    if (!socket) return false;
    ::new (&sockets_[i]) Socket(*socket);
    alive_[i] = 1;
    return true;
  }

  void send_handshake(unsigned cpu, std::uint32_t i, Handshake segment, Tally& tally) noexcept {
    std::uint8_t packet[128] = {};
    const auto& connection = workload_.connection(i);
    const std::size_t length = workload_.protocol().build_handshake(connection, segment, packet);
    const Skb skb{packet, i, static_cast<std::uint16_t>(length), Direction::tx, false};
    ++tally.packets;
    const Outcome v = sign(*strategy_, cpu, sockets_[i], workload_.protocol(), connection, skb);
    if (v == Outcome::passed) {
      ++tally.sent;
    } else {
      drop(v, tally);
    }
  }

  /// Empty, or what is wrong with what this cell makes of a packet.
  std::string_view check_packet(unsigned cpu, const Skb& skb) {
    const auto& connection = workload_.connection(skb.socket);
    const MutableBytes place = workload_.protocol().find(connection, skb).mac();
    if (place.empty()) return "the packet has no place for a MAC";
    Socket& socket = sockets_[skb.socket];
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
  Socket* sockets_ = nullptr;
  std::vector<std::uint8_t> alive_;
  std::optional<Socket> listener_;
  double churn_per_poll_;
  std::vector<Cpu> cpus_;
};

}  // namespace tfm::bench
