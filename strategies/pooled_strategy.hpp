// SPDX-License-Identifier: MIT
// The slow path of the strategies on a pool: a socket holds an id in the pool and its raw keys,
// which are set for every packet. What a packet does is each one's own.
#pragma once

#include "strategies/crypto_pool.hpp"
#include "strategies/pooled_socket.hpp"

namespace tfm {

template <class Contents>
class PooledStrategy {
 public:
  using Pool = BasicCryptoPool<Contents>;
  using Socket = PooledSocket;

  explicit PooledStrategy(std::unique_ptr<Pool> pool) noexcept : pool_(std::move(pool)) {}

  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    return Socket::open(*pool_, algorithm, keys, scratch_bytes);
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    return parent.accept(*pool_, keys);
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return socket.keys.assign(keys); }
  void close(Socket& socket) noexcept { socket.close(*pool_); }

 protected:
  /// S::create() of a strategy that derives from this one. Errors: enomem.
  template <class S>
  static Result<std::unique_ptr<S>> create_as(const StrategyOptions& options) {
    auto pool = Pool::create(options.possible_cpus);
    if (!pool) return error(pool.error());
    return std::make_unique<S>(std::move(*pool));
  }

  Pool& pool() noexcept { return *pool_; }

 private:
  std::unique_ptr<Pool> pool_;
};

}  // namespace tfm
