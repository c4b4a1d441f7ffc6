// SPDX-License-Identifier: MIT
// percpu_pool: everything is preallocated per CPU and shared by all sockets (Dmitry Safonov,
// January 2023).
//
//   transform  one per CPU and algorithm, keyed for every packet; one for all CPUs if keyless
//   request    one per CPU and algorithm, made for the algorithm's first user
//   scratch    one per CPU for all algorithms, replaced under RCU when it grows
//   keys       the socket keeps the raw bytes
//
// Without a socket: as with one. The key is set for every packet anyway, so nothing is allocated
// and nothing can fail.
//
// Stands for crypto_pool, v4 as posted, with seven bugs fixed
// (tests/strategies/crypto_pool_defects_test.cpp). Bottom halves stay disabled from start to end,
// so one request per CPU is enough. Not so on PREEMPT_RT without CONFIG_PREEMPT_RT_NEEDS_BH_LOCK:
// such a section can be preempted there, and the request needs a lock, which is not modelled.
// Algorithms must be synchronous: v4 masks CRYPTO_ALG_ASYNC out. And setkey must not sleep: that of
// gcm's template allocates with GFP_KERNEL and waits (crypto_gcm_setkey(), crypto/gcm.c), so a pool
// of such transforms is not legal in softirq. x86's own gcm does neither. This model keys without
// sleeping.
//
// One thing is cheaper here than in the posted code. A CPU's request and transform are one block at
// a computed address; there they are two blocks behind pointers. Every packet keeps both in the
// cache, so this matters only if the cache is cold.
#pragma once

#include "strategies/pooled_strategy.hpp"

namespace tfm {

class PercpuPool : public PooledRequestStrategy<PercpuPool, PooledRequests> {
 public:
  static constexpr std::string_view name = "percpu_pool";
  static constexpr std::string_view summary =
      "transform, request and scratch preallocated per CPU; the key is set for every packet "
      "(crypto_pool)";
  static constexpr std::string_view without_socket_uses =
      "the pool, as with a socket: nothing is allocated, nothing fails";

  using PooledRequestStrategy::PooledRequestStrategy;
};

static_assert(Strategy<PercpuPool>);

}  // namespace tfm
