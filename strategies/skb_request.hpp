// SPDX-License-Identifier: MIT
// skb_request: the request lies in memory that exists already ("reuse existing memory, e.g. from
// the skb"; Herbert Xu, January 2023).
//
//   transform  the socket's, one per direction, keyed at open; one for all sockets if keyless
//   request    in the skb's headroom; allocated, GFP_ATOMIC, if the headroom is too small
//   scratch    in the same piece
//
// Without a socket: a clone of the MKT's transform gets the key (cloned_operation.hpp). It is
// allocated, and that can fail.
//
// No kernel code does this. TCP sends clones, but they own the headroom: the original gave it up
// (__skb_header_release() in tcp_skb_entail(), net/ipv4/tcp.c), and the clone pushes its headers
// into it. A request can lie there until IP pushes its header.
//
// The memory is not free: every skb is larger by skb_headroom_bytes(), whether its packet is hashed
// or not. (In part it is there on TX: of MAX_TCP_HEADER, 320 bytes with the options of Debian's
// kernels, TCP's header leaves about 260.) Do not free the skb while its request is in use.
#pragma once

#include "strategies/keyed_at_open.hpp"

namespace tfm {

class SkbRequest : public KeyedAtOpen<SkbRequest> {
 public:
  static constexpr std::string_view name = "skb_request";
  static constexpr std::string_view summary =
      "a transform per socket and direction, the request in the skb's headroom";
  static constexpr std::string_view without_socket_uses =
      "a clone of the MKT's transform, GFP_ATOMIC, which can fail; the request in the skb";
  static unsigned fast_path_allocations(const Algorithm& a, Direction) noexcept {
    return skb_headroom_bytes(a, 0) > 0 ? 0 : 1;
  }

  /// What a driver would reserve in every skb; 0 if an skb has no room for it.
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
    void* allocated_;  // nullptr: the request lies in the skb
  };

  using KeyedAtOpen::end;

  Errno start(unsigned, Socket& socket, const Skb& skb, Operation& op) noexcept {
    Transform& transform = socket.transforms.of(skb.direction);
    const Algorithm& algorithm = *transform.algorithm;
    const std::size_t bytes = Request::bytes(algorithm) + socket.scratch_bytes;
    op.allocated_ = nullptr;
    if (bytes <= skb.headroom_bytes()) [[likely]] {
      // Headroom is whole cache lines, and `data` then begins a line. So does the request.
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
