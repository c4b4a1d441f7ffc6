// SPDX-License-Identifier: MIT
// percpu_freelist: requests from a magazine per CPU, as from a slab cache's fast path.
//
//   transform  the socket's, one per direction, keyed at open; one for all where keyless
//   request    from this CPU's magazine; allocated, GFP_ATOMIC, only while it is empty
//   scratch    in the same piece
//
// Pieces stay on the request's account while they rest.
//
// Stands for a kmem_cache of requests. A piece that ends its packet on another CPU goes home: it is
// put on a list of its CPU's, which that CPU takes over when its magazine is empty. A magazine
// holds 16 pieces; the list, until then, at most as many as the CPU had in flight at once, since it
// allocates none while either has one.
#pragma once

#include "strategies/cached_request.hpp"

namespace tfm {

/// A CPU's free pieces of one size.
struct Magazine {
  static constexpr unsigned rounds = 16;  ///< pieces beyond these are freed
  PieceStack stack;
  ReturnedPieces returned;

  /// Empty at first: traffic loads it.
  static Errno fill(Magazine&, std::size_t) noexcept { return Errno::ok; }

  void* take() noexcept {
    if (stack.count() == 0) returned.take_over(stack, rounds);
    return stack.pop();
  }
  bool keep(void* piece) noexcept {
    if (stack.count() == rounds) return false;
    stack.push(piece);
    return true;
  }
};

class PercpuFreelist : public CachedRequest<PercpuFreelist, Magazine> {
 public:
  static constexpr std::string_view name = "percpu_freelist";
  static constexpr std::string_view summary =
      "a transform per socket and direction, requests from a magazine per CPU";

  class Operation : public CachedRequest::Operation {
    friend class PercpuFreelist;
    unsigned home_;
  };

  using CachedRequest::CachedRequest;

  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    op.cache_ = socket.cache;
    op.home_ = cpu;
    op.piece_ = take(socket.cache->parts[cpu]);
    if (op.piece_ == nullptr) {
      op.piece_ = gfp_alloc(socket.cache->piece_bytes, Gfp::atomic, Owner::request);
    }
    return attach(cpu, socket, skb.direction, op);
  }

 private:
  friend CachedRequest;

  static void give_back(unsigned cpu, Operation& op) noexcept {
    Magazine& home = op.cache_->parts[op.home_];
    if (cpu == op.home_) {
      keep_or_free(home, op.piece_);
    } else {
      home.returned.give_back(op.piece_);
    }
  }
};

static_assert(Strategy<PercpuFreelist>);

}  // namespace tfm
