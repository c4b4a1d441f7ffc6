// SPDX-License-Identifier: MIT
// Churn: sockets close and open again while packets flow. A socket opens actively or passively, the
// same way each time.
#pragma once

#include <vector>

#include "bench/cell/exchange.hpp"
#include "bench/cell/sockets_of.hpp"
#include "bench/cell/softirq_section.hpp"

namespace tfm::bench {

template <Strategy S, Protocol P>
class ChurnOf {
 public:
  using Socket = typename S::Socket;

  ChurnOf(const WorkloadOf<P>& workload, S& strategy, SocketsOf<S, P>& sockets)
      : workload_(workload), strategy_(strategy), sockets_(sockets), cpus_(workload.cpus()) {}
  ~ChurnOf() { stop_listening(); }
  ChurnOf(const ChurnOf&) = delete;
  ChurnOf& operator=(const ChurnOf&) = delete;

  /// Opens a listener of each kind. Its children inherit its algorithm and scratch. On failure no
  /// listener is open.
  Errno listen() {
    for (std::uint32_t i = 0; i < workload_.kinds(); ++i) {
      auto listener = sockets_.make(i, workload_.keys(i));
      if (!listener) {
        stop_listening();
        return listener.error();
      }
      listeners_.push_back(*listener);
    }
    return Errno::ok;
  }
  void stop_listening() noexcept {
    for (Socket& listener : listeners_) strategy_.close(listener);
    listeners_.clear();
  }

  /// Called after a poll. Closes and reopens the CPU's own sockets in turn. A reopened socket has
  /// the same addresses, ports and ISNs, so the packets of the trace stay valid for it.
  void reopen(unsigned cpu, double reopenings, Tally& tally) noexcept {
    if (cpu >= sockets_.size() || listeners_.empty()) return;  // opening failed before this CPU's
    Cpu& state = cpus_[cpu];
    for (state.due += reopenings; state.due >= 1; --state.due) {
      close_next(cpu, tally);
      open_again(cpu, 1, tally);
    }
  }

  /// Closes the CPU's next socket.
  void close_next(unsigned cpu, Tally& tally) noexcept {
    Cpu& state = cpus_[cpu];
    const std::uint32_t i = socket_in(state.slot, cpu);
    state.slot = (state.slot + 1) % slots(cpu);
    if (!sockets_.alive(i)) return;
    sockets_.close(i);
    ++tally.closes;
  }

  /// Opens the socket that close_next() chose `turns` calls ago, if it is closed. `turns` is from 1
  /// to the number of the CPU's sockets.
  void open_again(unsigned cpu, std::uint32_t turns, Tally& tally) noexcept {
    const std::uint32_t own = slots(cpu);
    const std::uint32_t i = socket_in((cpus_[cpu].slot + own - turns) % own, cpu);
    if (sockets_.alive(i)) return;
    const bool active = opens_actively(i);
    const bool opened = active ? connect(cpu, i, tally) : open_passively(cpu, i, tally);
    if (opened) return;
    ++tally.open_failures;
    if (!active) ++tally.accept_failures;
  }

 private:
  struct alignas(64) Cpu {
    double due = 0;          ///< reopenings to do
    std::uint32_t slot = 0;  ///< the socket to close next, an index into the CPU's own sockets
  };

  std::uint32_t step() const noexcept { return static_cast<std::uint32_t>(cpus_.size()); }
  std::uint32_t slots(unsigned cpu) const noexcept {
    return (sockets_.size() + step() - 1 - cpu) / step();
  }
  std::uint32_t socket_in(std::uint32_t slot, unsigned cpu) const noexcept {
    return slot * step() + cpu;
  }

  bool opens_actively(std::uint32_t i) const noexcept {
    if constexpr (HasHandshake<P>) {
      return workload_.protocol().direction_of(workload_.connection(i), Handshake::syn) ==
             Direction::tx;
    }
    return true;  // key management opens the socket, in process context
  }

  /// In process context. With a handshake: sends a SYN signed with the SYN's key, then sets the
  /// established keys.
  bool connect(unsigned cpu, std::uint32_t i, Tally& tally) noexcept {
    auto socket = sockets_.make(i, workload_.handshake_keys(i));
    if (!socket) return false;
    if constexpr (HasHandshake<P>) {
      send_handshake(cpu, i, *socket, Handshake::syn, tally);
      const auto keys = workload_.keys(i);
      if (!keys || failed(strategy_.rekey(*socket, as_keys<P>(*keys)))) {
        strategy_.close(*socket);
        return false;
      }
    }
    sockets_.put(i, *socket);
    ++tally.opens;
    return true;
  }

  /// In softirq: makes a child of a listener with keys derived from both ISNs, and sends its
  /// SYN-ACK.
  bool open_passively(unsigned cpu, std::uint32_t i, Tally& tally) noexcept {
    const SoftirqSection softirq(true);
    auto socket = accept(i);
    if (socket) {
      ++tally.accepts;
      sockets_.put(i, *socket);
      send_handshake(cpu, i, sockets_[i], Handshake::syn_ack, tally);
    }
    return socket.has_value();
  }

  Result<Socket> accept(std::uint32_t i) noexcept {
    const auto keys = workload_.keys(i);
    if (!keys) return error(keys.error());
    return strategy_.accept(listeners_[i % listeners_.size()], as_keys<P>(*keys));
  }

  void send_handshake(unsigned cpu, std::uint32_t i, Socket& socket, Handshake segment,
                      Tally& tally) noexcept {
    if constexpr (HasHandshake<P>) {
      std::uint8_t packet[128] = {};
      const auto& connection = workload_.connection(i);
      const std::size_t length = workload_.protocol().build_handshake(connection, segment, packet);
      const Skb skb{packet, i, static_cast<std::uint16_t>(length), Direction::tx, false};
      ++tally.packets;
      count_sent(bench::send(strategy_, cpu, socket, workload_.protocol(), connection, skb, {}),
                 tally);
    }
  }

  const WorkloadOf<P>& workload_;
  S& strategy_;
  SocketsOf<S, P>& sockets_;
  std::vector<Socket> listeners_;  // socket i is a child of listener i mod size()
  std::vector<Cpu> cpus_;
};

}  // namespace tfm::bench
