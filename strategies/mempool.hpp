// SPDX-License-Identifier: MIT
// mempool: a request is allocated per packet; each CPU keeps a reserve for allocations that are
// refused.
//
//   transform  the socket's, one per direction, keyed at open; one for all sockets if keyless
//   request    allocated per packet, GFP_ATOMIC; if refused, from the CPU's reserve; the reserve
//              is refilled before anything is freed
//   scratch    in the same piece
//
// Without a socket: a clone of the MKT's transform gets the key (cloned_operation.hpp). It is
// allocated, and that can fail: no reserve stands behind it.
//
// Stands for mempool_t (mm/mempool.c), with a reserve per CPU instead of one under a lock. While
// allocations are refused, a CPU serves as many packets at once as its reserve holds, and no more.
// A piece from a reserve goes back to that reserve, also if its packet ends on another CPU, so that
// no CPU's reserve drains into another's. An allocated piece refills the reserve of the CPU on
// which its packet ends. It stays on the account of requests while it lies there.
#pragma once

#include "strategies/cached_request.hpp"

namespace tfm {

/// A CPU's reserve of pieces of one size.
struct MempoolReserve {
  static constexpr unsigned pieces = 4;  ///< mempool_create()'s min_nr
  PieceStack stack;
  ReturnedPieces returned;

  /// Errors: enomem. May sleep.
  static Errno fill(MempoolReserve& reserve, std::size_t piece_bytes) noexcept {
    while (reserve.stack.count() < pieces) {
      void* piece = gfp_alloc(piece_bytes, Gfp::kernel, Owner::percpu);
      if (piece == nullptr) return Errno::enomem;
      reserve.stack.push(piece);
    }
    return Errno::ok;
  }

  void* take() noexcept {
    if (stack.count() == 0) returned.take_over(stack, pieces);
    return stack.pop();
  }
  /// Returned pieces refill the reserve first, so that they do not pile up.
  bool keep(void* piece) noexcept {
    if (stack.count() < pieces) returned.take_over(stack, pieces);
    if (stack.count() == pieces) return false;
    stack.push(piece);
    return true;
  }
};

class Mempool : public CachedRequest<Mempool, MempoolReserve> {
 public:
  static constexpr std::string_view name = "mempool";
  static constexpr std::string_view summary =
      "a transform per socket and direction, a request per packet (GFP_ATOMIC), a reserve per CPU";
  static constexpr std::string_view without_socket_uses =
      "a clone of the MKT's transform, GFP_ATOMIC, which no reserve stands behind; a request";
  static constexpr unsigned fast_path_allocations = 1;

  class Operation : public CachedRequest::Operation {
    friend class Mempool;
    MempoolReserve* home_;  // nullptr: the piece was allocated
  };

  using CachedRequest::CachedRequest;

  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    op.cache_ = socket.cache;
    op.home_ = nullptr;
    op.piece_ = gfp_alloc(socket.cache->piece_bytes, Gfp::atomic, Owner::request);
    if (op.piece_ == nullptr) {
      op.home_ = &socket.cache->parts[cpu];
      op.piece_ = take(*op.home_);
    }
    return attach(cpu, socket, skb.direction, op);
  }

 private:
  friend CachedRequest;

  static void give_back(unsigned cpu, Operation& op) noexcept {
    MempoolReserve& here = op.cache_->parts[cpu];
    if (op.home_ == nullptr || op.home_ == &here) [[likely]] {
      keep_or_free(here, op.piece_);
    } else {
      op.home_->returned.give_back(op.piece_);
    }
  }
};

static_assert(Strategy<Mempool>);

}  // namespace tfm
