// SPDX-License-Identifier: MIT
// tfm_pool: transforms and scratch shared per CPU, requests not ("a pool of tfms … sharing tfms &
// scratch buffers"; Dmitry Safonov, 20 January 2023).
//
//   transform  one per CPU and algorithm, counted by reference, keyed anew for every packet
//   request    allocated per packet, GFP_ATOMIC, freed at its end
//   scratch    one per CPU for all algorithms, replaced under RCU when it grows
//   keys       the socket keeps the raw bytes
//
// The transform is this CPU's from start to end: bottom halves stay disabled, and the operation is
// synchronous.
#pragma once

#include "strategies/pooled_strategy.hpp"
#include "strategies/request_piece.hpp"

namespace tfm {

class TfmPool : public PooledStrategy<TfmPool, PooledTransforms> {
 public:
  static constexpr std::string_view name = "tfm_pool";
  static constexpr std::string_view summary =
      "transform and scratch per CPU, an atomic request per packet, the key set for every packet";
  static constexpr InFlight in_flight = InFlight::one_per_cpu;
  static constexpr unsigned fast_path_allocations = 1;

  class Operation {
   public:
    Request& request() noexcept { return piece_.request(); }
    std::uint8_t* scratch() noexcept { return section_.scratch; }

   private:
    friend class TfmPool;
    Pool::Section section_;
    RequestPiece piece_;
    Bytes key_;
  };

  using PooledStrategy::PooledStrategy;

  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    Errno e = socket.keys.get(skb.direction, op.key_);
    if (!failed(e)) e = pool().start(socket.id, cpu, op.section_);
    if (failed(e)) return e;
    e = op.piece_.make(*op.section_.part, 0);
    if (failed(e)) Pool::end();
    return e;
  }
  Errno key(Operation& op) noexcept { return request_setkey(op.request(), op.key_); }
  void end(unsigned, Operation& op) noexcept {
    Pool::end();
    op.piece_.free_sensitive();  // as ahash_request_free() does
  }
};

static_assert(Strategy<TfmPool>);

}  // namespace tfm
