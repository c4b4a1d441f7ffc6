// SPDX-License-Identifier: MIT
// skb_request: the request lies in memory that is there already ("reuse existing memory, e.g. from
// the skb"; Herbert Xu, January 2023).
//
//   transform  the socket's, one per direction, keyed at open; one for all where keyless
//   request    in the skb's headroom; where that is too small or the skb is cloned, allocated,
//              GFP_ATOMIC
//   scratch    in the same piece
//
// No kernel code does so. The memory is not free: every skb is larger by skb_headroom_bytes(),
// whether its packet is ever hashed or not. An skb cannot go while its request is in use.
#pragma once

#include "strategies/keyed_at_open.hpp"

namespace tfm {

class SkbRequest : public KeyedAtOpen {
 public:
  static constexpr std::string_view name = "skb_request";
  static constexpr std::string_view summary =
      "a transform per socket and direction, the request in the skb's headroom";
  static unsigned fast_path_allocations(const Algorithm& a, Direction) noexcept {
    return skb_headroom_bytes(a, 0) > 0 ? 0 : 1;
  }

  /// What a driver would reserve in every skb; 0 where it is more than an skb has room for.
  static std::size_t skb_headroom_bytes(const Algorithm& a, std::size_t scratch_bytes) noexcept {
    return Skb::headroom_for(Request::bytes(a) + scratch_bytes);
  }

  class Operation {
   public:
    Request& request() noexcept { return *static_cast<Request*>(memory_); }
    std::uint8_t* scratch() noexcept {
      return static_cast<std::uint8_t*>(memory_) + Request::bytes(*request().algorithm);
    }

   private:
    friend class SkbRequest;
    void* memory_;
    void* allocated_;  // nullptr: it lies in the skb
  };

  Errno start(unsigned, Socket& socket, const Skb& skb, Operation& op) noexcept {
    Transform& transform = socket.transforms.of(skb.direction);
    const Algorithm& algorithm = *transform.algorithm;
    const std::size_t bytes = Request::bytes(algorithm) + socket.scratch_bytes;
    op.allocated_ = nullptr;
    if (!skb.cloned && bytes <= skb.headroom_bytes()) [[likely]] {
      // Headroom is whole lines, and `data` lies on one where there is any: so does the request.
      op.memory_ = skb.data - Skb::headroom_for(bytes);
    } else {
      op.memory_ = op.allocated_ = gfp_alloc(bytes, Gfp::atomic, Owner::request);
      if (op.memory_ == nullptr) return Errno::enomem;
    }
    const Errno e =
        request_attach(op.memory_, algorithm, transform.context(), Gfp::atomic, Owner::request);
    if (failed(e)) gfp_free(op.allocated_);
    return e;
  }
  void end(unsigned, Operation& op) noexcept {
    request_detach(op.request());
    gfp_free(op.allocated_);
  }
};

static_assert(Strategy<SkbRequest>);

}  // namespace tfm
