// SPDX-License-Identifier: MIT
// percpu_pool: everything preallocated per CPU, shared by all sockets (Dmitry Safonov, January
// 2023).
//
//   transform  one per CPU and algorithm, keyed anew for every packet; one for all CPUs if keyless
//   request    one per CPU and algorithm, made when the algorithm's first user comes
//   scratch    one per CPU for all algorithms, replaced under RCU when it grows
//   keys       the socket keeps the raw bytes
//
// Stands for crypto_pool, v4 as posted, without its defects. Bottom halves stay disabled from start
// to end, so that one request per CPU is enough; synchronous algorithms only.
//
// One thing is kinder than the posted code: a CPU's request and transform are one block, found by
// its address; there they are two, found by pointers. Every packet keeps both hot, so that it
// matters only where the cache is cold.
#pragma once

#include "strategies/pooled_strategy.hpp"

namespace tfm {

class PercpuPool : public PooledRequestStrategy<PercpuPool, PooledRequests> {
 public:
  static constexpr std::string_view name = "percpu_pool";
  static constexpr std::string_view summary =
      "transform, request and scratch preallocated per CPU, the key set for every packet "
      "(crypto_pool)";

  using PooledRequestStrategy::PooledRequestStrategy;
};

static_assert(Strategy<PercpuPool>);

}  // namespace tfm
