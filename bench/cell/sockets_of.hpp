// SPDX-License-Identifier: MIT
// The sockets of a cell: opens them in order, closes and replaces them.
#pragma once

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "bench/cell/roles.hpp"
#include "bench/cell/workload_of.hpp"
#include "runtime/rcu.hpp"
#include "strategies/strategy.hpp"

namespace tfm::bench {

template <Protocol P>
Keys as_keys(const TrafficKeys& k) noexcept {
  return {{k.tx.data(), k.bytes}, {k.rx.data(), k.bytes}, one_key<P>()};
}

template <Strategy S, Protocol P>
class SocketsOf {
 public:
  using Socket = typename S::Socket;

  SocketsOf(const WorkloadOf<P>& workload, S& strategy)
      : workload_(workload), strategy_(strategy), alive_(workload.sockets()) {}
  ~SocketsOf() { close(); }
  SocketsOf(const SocketsOf&) = delete;
  SocketsOf& operator=(const SocketsOf&) = delete;

  /// On an error, the sockets that were opened stay open. No socket may be open before.
  Opening open_first(std::uint32_t count) {
    const RcuOffline process_context;
    // The handles belong to the sockets' own memory, like a pointer in struct tcp_sock. A socket
    // has a handle even if its open fails.
    sockets_ = static_cast<Socket*>(gfp_alloc(sizeof(Socket) * count, Gfp::kernel, Owner::socket));
    if (sockets_ == nullptr) return {0, Errno::enomem};
    count_ = count;
    for (std::uint32_t i = 0; i < count; ++i) {
      auto socket = make(i, workload_.keys(i));
      if (!socket) return {i, socket.error()};
      put(i, *socket);
    }
    return {count, Errno::ok};
  }

  void close() noexcept {
    const RcuOffline process_context;
    for (std::uint32_t i = 0; i < count_; ++i) close(i);
    gfp_free(std::exchange(sockets_, nullptr));
    count_ = 0;
  }

  /// Closes the sockets that asked for the most scratch.
  void close_largest() noexcept {
    std::size_t largest = 0;
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (alive(i)) largest = std::max(largest, workload_.kind(i).scratch_bytes);
    }
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (workload_.kind(i).scratch_bytes == largest) close(i);
    }
  }

  /// The number of handles, open or not.
  std::uint32_t size() const noexcept { return count_; }
  /// Whether socket i is open; i can be any socket of the workload.
  bool alive(std::uint32_t i) const noexcept { return alive_[i] != 0; }
  /// Socket i must be alive.
  Socket& operator[](std::uint32_t i) noexcept { return sockets_[i]; }

  /// Opens a socket of the kind of socket i. put() stores it. May sleep.
  Result<Socket> make(std::uint32_t i, const Result<TrafficKeys>& keys) {
    if (!keys) return error(keys.error());
    const Kind& kind = workload_.kind(i);
    return strategy_.open(kind.template of<S>(), as_keys<P>(*keys), kind.scratch_bytes);
  }
  /// Stores it as socket i, which must not be alive.
  void put(std::uint32_t i, const Socket& socket) noexcept {
    ::new (&sockets_[i]) Socket(socket);
    alive_[i] = 1;
  }
  void close(std::uint32_t i) noexcept {
    if (!alive(i)) return;
    strategy_.close(sockets_[i]);
    alive_[i] = 0;
  }

 private:
  const WorkloadOf<P>& workload_;
  S& strategy_;
  Socket* sockets_ = nullptr;
  std::uint32_t count_ = 0;
  std::vector<std::uint8_t> alive_;
};

}  // namespace tfm::bench
