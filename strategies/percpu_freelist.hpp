// SPDX-License-Identifier: MIT
// percpu_freelist: each CPU owns a magazine, a stack of free requests, as on the fast path of a
// slab cache.
//
//   transform  the socket's, one per direction, keyed at open; one for all sockets if keyless
//   request    from this CPU's magazine; allocated, GFP_ATOMIC, only if the magazine is empty
//   scratch    in the same piece
//
// Without a socket: a clone of the MKT's transform gets the key (cloned_operation.hpp). It is
// allocated, and that can fail.
//
// Pieces in a magazine stay on the account of requests.
//
// Stands for a kmem_cache of requests. A piece goes back to the CPU that handed it out. If its
// packet ends on another CPU, the piece is put on a list, which its own CPU takes over when its
// magazine is empty. A magazine holds 16 pieces. The list holds at most as many as the CPU had in
// flight at once, since a CPU allocates only if its magazine and its list are empty.
#pragma once

#include "strategies/cached_request.hpp"

namespace tfm {

/// A CPU's free pieces of one size.
struct Magazine {
  static constexpr unsigned rounds = 16;  ///< further pieces are freed
  PieceStack stack;
  ReturnedPieces returned;

  /// A magazine begins empty; traffic fills it.
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
      "a transform per socket and direction, requests reused through a magazine per CPU";
  static constexpr std::string_view without_socket_uses =
      "a clone of the MKT's transform, GFP_ATOMIC, which can fail; a request from the magazine";

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
