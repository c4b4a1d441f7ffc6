// SPDX-License-Identifier: MIT
// What the strategies on a CryptoPool share. PooledStrategy is the slow path: a socket holds the id
// of an entry, and its raw keys, which every packet sets. PooledRequestStrategy adds the fast path
// of the strategies that take their requests from the pool.
#pragma once

#include "strategies/crypto_pool.hpp"
#include "strategies/pooled_socket.hpp"

namespace tfm {

/// `S` is the strategy that derives from this class. `Contents` is what its pool's entries hold.
template <class S, class Contents>
class PooledStrategy {
 public:
  using Pool = CryptoPool<Contents>;
  using Socket = PooledSocket;

  explicit PooledStrategy(std::unique_ptr<Pool> pool) noexcept : pool_(std::move(pool)) {}

  /// Errors: enomem.
  static Result<std::unique_ptr<S>> create(const StrategyOptions& options) {
    auto pool = Pool::create(options.possible_cpus);
    if (!pool) return error(pool.error());
    return std::make_unique<S>(std::move(*pool));
  }

  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    return Socket::open(*pool_, algorithm, keys, scratch_bytes);
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    return parent.accept(*pool_, keys);
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return socket.keys.rekey(keys); }
  void close(Socket& socket) noexcept { socket.close(*pool_); }
  static void socket_blocks(const Socket& socket, std::vector<Bytes>& blocks) {
    socket.keys.add_blocks(blocks);
  }

 protected:
  Pool& pool() noexcept { return *pool_; }

 private:
  std::unique_ptr<Pool> pool_;
};

/// The strategies that take their requests from the pool.
template <class S, class Contents>
class PooledRequestStrategy : public PooledStrategy<S, Contents> {
 public:
  using typename PooledStrategy<S, Contents>::Pool;
  using typename PooledStrategy<S, Contents>::Socket;

  static constexpr InFlight in_flight = InFlight::one_per_cpu;

  class Operation {
   public:
    Request& request() noexcept { return *section_.part; }
    std::uint8_t* scratch() noexcept { return section_.scratch; }

   private:
    friend class PooledRequestStrategy;
    typename Pool::Section section_;
    Bytes key_;
  };

  using PooledStrategy<S, Contents>::PooledStrategy;

  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    if (const Errno e = socket.keys.get(skb.direction, op.key_); failed(e)) return e;
    return this->pool().start(socket.id, cpu, op.section_);
  }
  Errno without_socket(unsigned cpu, Socket& mkt, Bytes key, const Skb&, Operation& op) noexcept {
    op.key_ = key;
    return this->pool().start(mkt.id, cpu, op.section_);
  }
  Errno key(Operation& op) noexcept { return request_setkey(op.request(), op.key_); }
  void end(unsigned, Operation&) noexcept { Pool::end(); }
};

}  // namespace tfm
