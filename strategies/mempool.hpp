// SPDX-License-Identifier: MIT
// mempool: an atomic request per packet, with a reserve per CPU for when it is refused.
//
//   transform  the socket's, one per direction, keyed at open; one for all where keyless
//   request    allocated per packet, GFP_ATOMIC; when refused, one of the CPU's reserve, which is
//              filled up again before anything is freed
//   scratch    in the same piece
//
// Stands for mempool_t (mm/mempool.c), with a reserve for each CPU instead of one under a lock. It
// serves as many packets at once, and no more, as the reserve holds. A piece of a CPU's reserve
// whose packet ends on another CPU goes home, so that no reserve runs dry for another. An allocated
// one fills up the reserve of the CPU that it ends on; it stays on the request's account while it
// rests there.
#pragma once

#include "strategies/cached_request.hpp"

namespace tfm {

/// A CPU's reserve of one size of piece.
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
  /// What has come home comes first, so that it does not pile up there.
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
      "a transform per socket and direction, an atomic request per packet with a reserve per CPU";
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
