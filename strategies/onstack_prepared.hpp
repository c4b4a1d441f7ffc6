// SPDX-License-Identifier: MIT
// onstack_prepared: a socket owns a prepared key per direction. Everything else is on the stack.
//
//   transform  the socket's prepared keys, set at open; one for all sockets if keyless
//   request    on the stack of the code that hashes
//   scratch    on the same stack
//
// Without a socket: the derived key is prepared on the stack, as onstack does for every packet. The
// MKT has a prepared master key. Nothing is allocated and nothing can fail.
//
// Stands for seg6_hmac after its move to library calls (Linux 6.18). It is the lower bound while
// the prepared keys are in the cache. An operation cannot leave the stack frame in which it began.
// In a block with an API, too, it calls plain functions.
#pragma once

#include "runtime/bytes.hpp"
#include "strategies/socket_transforms.hpp"
#include "strategies/stack_operation.hpp"

namespace tfm {

class OnstackPrepared {
 public:
  static constexpr std::string_view name = "onstack_prepared";
  static constexpr std::string_view summary =
      "a prepared key per socket and direction, request and scratch on the stack (library calls)";
  static constexpr std::string_view without_socket_uses =
      "the stack, where the key is prepared: nothing is allocated, nothing fails";
  static constexpr InFlight in_flight = InFlight::none;
  static constexpr bool library = true;
  static constexpr std::string_view refuses(const Algorithm& a,
                                            std::size_t scratch_bytes) noexcept {
    return refused_on_stack(a, scratch_bytes, 0);
  }
  static constexpr std::string_view refuses_without_socket(const Algorithm& a) noexcept {
    if (!a.keyed && a.transform_init != nullptr) return "its transform holds more than a key";
    return refused_on_stack(a, 0, a.transform_context_bytes);
  }

  struct Socket {
    SocketTransforms prepared;
  };

  class Operation {
   public:
    Request& request() noexcept { return *reinterpret_cast<Request*>(request_); }
    std::uint8_t* scratch() noexcept { return scratch_; }

   private:
    friend class OnstackPrepared;
    alignas(16) std::uint8_t request_[sizeof(Request) + max_stack_context_bytes];
    std::uint8_t scratch_[max_stack_scratch_bytes];
  };
  using Transient = StackOperation;

  /// Errors: eopnotsupp for what refuses() refuses; enomem; the provider's.
  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    if (!refuses(algorithm, scratch_bytes).empty()) return error(Errno::eopnotsupp);
    auto prepared = SocketTransforms::open(shared_, algorithm, keys);
    if (!prepared) return error(prepared.error());
    return Socket{*prepared};
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    auto prepared = parent.prepared.accept(keys);
    if (!prepared) return error(prepared.error());
    return Socket{*prepared};
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return socket.prepared.rekey(keys); }
  void close(Socket& socket) noexcept { socket.prepared.close(shared_); }
  static void socket_blocks(const Socket& socket, std::vector<Bytes>& blocks) {
    socket.prepared.add_blocks(blocks);
  }

  Errno start(unsigned, Socket& socket, const Skb& skb, Operation& op) noexcept {
    Transform& prepared = socket.prepared.of(skb.direction);
    return request_attach(op.request_, *prepared.algorithm, prepared.context(), Gfp::atomic,
                          Owner::request);
  }
  /// Errors: eopnotsupp for what refuses_without_socket() refuses; the provider's.
  Errno without_socket(unsigned, Socket& mkt, Bytes key, const Skb& skb, Transient& op) noexcept {
    const Algorithm& algorithm = *mkt.prepared.of(skb.direction).algorithm;
    if (!refuses_without_socket(algorithm).empty()) return Errno::eopnotsupp;
    return op.start(algorithm, key);
  }
  Errno key(Operation&) noexcept { return Errno::ok; }
  Errno key(Transient& op) noexcept { return op.prepare(); }
  void end(unsigned, Transient& op) noexcept { op.end(); }
  void end(unsigned, Operation& op) noexcept {
    const Algorithm& algorithm = *op.request().algorithm;
    request_detach(op.request());
    // The kernel's final functions zero their contexts.
    if (!algorithm.final_zeroes) memzero_explicit(op.request_, Request::bytes(algorithm));
  }

 private:
  SharedTransforms shared_;
};

static_assert(Strategy<OnstackPrepared>);

}  // namespace tfm
