// SPDX-License-Identifier: MIT
// percpu_request_key: per-request keys and the pool together. The requests that carry the keys are
// preallocated per CPU ("per-request keys would benefit from this patch set"; Dmitry Safonov, 19
// January 2023).
//
//   transform  one per algorithm, without a key
//   request    one per CPU and algorithm, with room for the key, which every packet sets
//   scratch    one per CPU for all algorithms, replaced under RCU when it grows
//   keys       the socket keeps the raw bytes
//
// Without a socket: as with one. Nothing is allocated and nothing can fail.
//
// No such kernel code was ever merged. The crypto API has no request that carries a key, so in a
// block with an API, too, this strategy calls plain functions (per_request_key.hpp). As with
// percpu_pool, bottom halves stay disabled from start to end.
#pragma once

#include "strategies/pooled_strategy.hpp"

namespace tfm {

class PercpuRequestKey : public PooledRequestStrategy<PercpuRequestKey, PooledKeyedRequests> {
 public:
  static constexpr std::string_view name = "percpu_request_key";
  static constexpr std::string_view summary =
      "one transform per algorithm; requests preallocated per CPU, each carries its key";

  static constexpr std::string_view without_socket_uses =
      "the pool, as with a socket: nothing is allocated, nothing fails";

  static constexpr bool library = true;

  using PooledRequestStrategy::PooledRequestStrategy;
};

static_assert(Strategy<PercpuRequestKey>);

}  // namespace tfm
