// SPDX-License-Identifier: MIT
// per_socket_tfm: a socket owns its transforms and makes them on the control path; a request is
// allocated per packet on the fast path (the IPsec model; Herbert Xu, January 2023).
//
//   transform  the socket's, one per direction, keyed at open; one for all sockets if keyless
//   request    allocated per packet, GFP_ATOMIC, freed at its end
//   scratch    in the same piece
//
// Without a socket: a clone of the MKT's transform gets the key (cloned_operation.hpp). So a packet
// costs two allocations, and either can fail. In Linux 7.x there is nothing to do instead.
//
// Stands for ah_alloc_tmp() in net/ipv4/ah4.c.
#pragma once

#include "strategies/keyed_at_open.hpp"
#include "strategies/request_piece.hpp"

namespace tfm {

class PerSocketTfm : public KeyedAtOpen<PerSocketTfm> {
 public:
  static constexpr std::string_view name = "per_socket_tfm";
  static constexpr std::string_view summary =
      "a transform per socket and direction, a request per packet (GFP_ATOMIC): the IPsec model";
  static constexpr std::string_view without_socket_uses =
      "a clone of the MKT's transform and a request, GFP_ATOMIC; either can fail";
  static constexpr unsigned fast_path_allocations = 1;

  class Operation {
   public:
    Request& request() noexcept { return piece_.request(); }
    std::uint8_t* scratch() noexcept { return piece_.scratch(); }

   private:
    friend class PerSocketTfm;
    RequestPiece piece_;
  };

  using KeyedAtOpen::end;

  Errno start(unsigned, Socket& socket, const Skb& skb, Operation& op) noexcept {
    return op.piece_.make(socket.transforms.of(skb.direction), socket.scratch_bytes);
  }
  void end(unsigned, Operation& op) noexcept { op.piece_.free(); }
};

static_assert(Strategy<PerSocketTfm>);

}  // namespace tfm
