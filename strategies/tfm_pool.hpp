// SPDX-License-Identifier: MIT
// tfm_pool: transforms and scratch are shared per CPU, requests are not ("a pool of tfms … sharing
// tfms & scratch buffers"; Dmitry Safonov, 20 January 2023).
//
//   transform  one per CPU and algorithm, counted by reference, keyed for every packet
//   request    allocated per packet, GFP_ATOMIC, freed at its end
//   scratch    one per CPU for all algorithms, replaced under RCU when it grows
//   keys       the socket keeps the raw bytes
//
// Without a socket: as with one. The request is allocated; without it the packet is dropped.
//
// The operation has this CPU's transform from start to end. So bottom halves stay disabled, and
// algorithms must be synchronous.
#pragma once

#include "strategies/pooled_strategy.hpp"
#include "strategies/request_piece.hpp"

namespace tfm {

class TfmPool : public PooledStrategy<TfmPool, PooledTransforms> {
 public:
  static constexpr std::string_view name = "tfm_pool";
  static constexpr std::string_view summary =
      "transform and scratch per CPU, a request per packet (GFP_ATOMIC); every packet sets the key";
  static constexpr std::string_view without_socket_uses =
      "the pool, as with a socket: a request, GFP_ATOMIC, which can fail";
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
    const Errno e = socket.keys.get(skb.direction, op.key_);
    return failed(e) ? e : begin(cpu, socket, op);
  }
  Errno without_socket(unsigned cpu, Socket& mkt, Bytes key, const Skb&, Operation& op) noexcept {
    op.key_ = key;
    return begin(cpu, mkt, op);
  }
  Errno key(Operation& op) noexcept { return request_setkey(op.request(), op.key_); }
  void end(unsigned, Operation& op) noexcept {
    Pool::end();
    op.piece_.free_request();
  }

 private:
  /// The operation has its key.
  [[gnu::always_inline]] Errno begin(unsigned cpu, const Socket& socket, Operation& op) noexcept {
    Errno e = pool().start(socket.id, cpu, op.section_);
    if (failed(e)) return e;
    e = op.piece_.make(*op.section_.part, 0);
    if (failed(e)) Pool::end();
    return e;
  }
};

static_assert(Strategy<TfmPool>);

}  // namespace tfm
