// SPDX-License-Identifier: MIT
// md5sig_pool: one md5 transform for all of TCP-MD5, and a request and scratch per CPU.
//
//   transform  one, md5 without a key: the key is hashed after the message
//   request    one per CPU
//   scratch    60 bytes per CPU and never more: a pseudo-header and a TCP header
//
// Without a socket: as with one. No key is derived, and none is set.
//
// Stands for tcp_md5sig_pool (net/ipv4/tcp.c) before Linux 6.7. The first socket with a key built
// it (__tcp_alloc_md5sig_pool()), and it was never freed. Two things differ. There a CPU held two
// pointers; here its request lies in its part of one block. There bottom halves were disabled; here
// the section is percpu_pool's.
#pragma once

#include "runtime/mutex.hpp"
#include "strategies/percpu_scratch.hpp"
#include "strategies/pool_contents.hpp"

namespace tfm {

class Md5sigPool {
 public:
  static constexpr std::string_view name = "md5sig_pool";
  static constexpr std::string_view summary =
      "one md5 transform; a request and 60 bytes of scratch per CPU; for TCP-MD5 only "
      "(tcp_md5sig_pool)";
  static constexpr std::string_view without_socket_uses =
      "the pool, as with a socket: nothing is allocated, nothing fails";
  static constexpr InFlight in_flight = InFlight::one_per_cpu;
  static constexpr std::string_view refuses(const Algorithm& a,
                                            std::size_t scratch_bytes) noexcept {
    if (a.name != "md5") return "it holds one md5 transform and nothing else";
    return scratch_bytes > pool_scratch_bytes ? "its 60 bytes of scratch are too few" : "";
  }

  /// union tcp_md5sum_block, which is an IPv6 pseudo-header at most, and struct tcphdr.
  static constexpr std::size_t pool_scratch_bytes = 40 + 20;

  struct Socket {};

  class Operation {
   public:
    Request& request() noexcept { return *request_; }
    std::uint8_t* scratch() noexcept { return scratch_; }

   private:
    friend class Md5sigPool;
    Request* request_;
    std::uint8_t* scratch_;
  };

  Md5sigPool(unsigned possible_cpus, PercpuScratch scratch) noexcept
      : possible_cpus_(possible_cpus), scratch_(std::move(scratch)) {}
  ~Md5sigPool() {
    if (md5_ != nullptr) PooledRequests::destroy(requests_, possible_cpus_);
  }

  /// Errors: enomem.
  static Result<std::unique_ptr<Md5sigPool>> create(const StrategyOptions& options) {
    auto scratch = PercpuScratch::create(options.possible_cpus);
    if (!scratch) return error(scratch.error());
    return std::make_unique<Md5sigPool>(options.possible_cpus, std::move(*scratch));
  }

  /// Errors: eopnotsupp for what refuses() refuses; ebusy: the first socket took md5 from another
  /// provider; enomem, the provider's.
  Result<Socket> open(const Algorithm& algorithm, Keys, std::size_t scratch_bytes) {
    if (!refuses(algorithm, scratch_bytes).empty()) return error(Errno::eopnotsupp);
    const std::lock_guard lock(mutex_);
    if (md5_ == nullptr) {
      if (const Errno e = populate(algorithm); failed(e)) return error(e);
    }
    if (md5_ != &algorithm) return error(Errno::ebusy);
    return Socket{};
  }
  Result<Socket> accept(const Socket&, Keys) noexcept { return Socket{}; }
  Errno rekey(Socket&, Keys) noexcept { return Errno::ok; }
  void close(Socket&) noexcept {}

  Errno start(unsigned cpu, Socket&, const Skb&, Operation& op) noexcept {
    rcu_read_lock_bh();
    op.request_ = reinterpret_cast<Request*>(requests_.on(cpu));
    op.scratch_ = scratch_.on(cpu);
    return Errno::ok;
  }
  Errno without_socket(unsigned cpu, Socket& mkt, Bytes, const Skb& skb, Operation& op) noexcept {
    return start(cpu, mkt, skb, op);
  }
  Errno key(Operation&) noexcept { return Errno::ok; }
  void end(unsigned, Operation&) noexcept { rcu_read_unlock_bh(); }

 private:
  Errno populate(const Algorithm& md5) noexcept {
    const auto requests = PooledRequests::make(possible_cpus_, md5);
    if (!requests) return requests.error();
    if (const Errno e = scratch_.reserve(pool_scratch_bytes); failed(e)) {
      PooledRequests::destroy(*requests, possible_cpus_);
      return e;
    }
    requests_ = *requests;
    md5_ = &md5;
    return Errno::ok;
  }

  const unsigned possible_cpus_;
  Mutex mutex_;                     // held while a socket opens
  const Algorithm* md5_ = nullptr;  // nullptr: nothing is built yet
  PoolParts requests_;
  PercpuScratch scratch_;
};

static_assert(Strategy<Md5sigPool>);

}  // namespace tfm
