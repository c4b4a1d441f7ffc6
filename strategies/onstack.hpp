// SPDX-License-Identifier: MIT
// onstack: the socket keeps only the raw key. Every packet prepares the key on the stack.
//
//   transform  none
//   request    on the stack of the code that hashes, with the prepared key beside it
//   scratch    on the same stack
//   keys       the socket keeps the raw bytes
//
// Stands for TCP-AO after its move to library calls (net/ipv4/tcp_ao.c since 4baf2415992e). An
// operation cannot leave the stack frame in which it began. There is no transform, so nothing of
// the crypto API: in a block with an API, too, it calls plain functions.
#pragma once

#include "runtime/bytes.hpp"
#include "strategies/carried_key.hpp"
#include "strategies/raw_keys.hpp"
#include "strategies/stack_frame.hpp"

namespace tfm {

class Onstack {
 public:
  static constexpr std::string_view name = "onstack";
  static constexpr std::string_view summary =
      "request, scratch and key on the stack; every packet prepares the raw key (library calls)";
  static constexpr InFlight in_flight = InFlight::none;
  static constexpr bool library = true;
  static constexpr std::string_view refuses(const Algorithm& a,
                                            std::size_t scratch_bytes) noexcept {
    if (!a.keyed && a.transform_init != nullptr)
      return "its transform holds more than a key, and this strategy has no transforms";
    return refused_on_stack(a, scratch_bytes, a.transform_context_bytes);
  }

  struct Socket {
    const Algorithm* algorithm = nullptr;
    RawKeys keys;
  };

  class Operation {
   public:
    Request& request() noexcept { return *reinterpret_cast<Request*>(request_); }
    std::uint8_t* scratch() noexcept { return scratch_; }

   private:
    friend class Onstack;
    Bytes raw_key_;
    alignas(16) std::uint8_t request_[sizeof(Request) + max_stack_context_bytes];
    alignas(16) std::uint8_t key_[max_stack_context_bytes];
    std::uint8_t scratch_[max_stack_scratch_bytes];
  };

  /// Errors: eopnotsupp for what refuses() refuses; enomem.
  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    if (!refuses(algorithm, scratch_bytes).empty()) return error(Errno::eopnotsupp);
    return socket_of(algorithm, keys, Gfp::kernel);
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    return socket_of(*parent.algorithm, keys, Gfp::atomic);
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return socket.keys.rekey(keys); }
  void close(Socket& socket) noexcept { socket.keys.free(); }
  static void socket_blocks(const Socket& socket, std::vector<Bytes>& blocks) {
    socket.keys.add_blocks(blocks);
  }

  Errno start(unsigned, Socket& socket, const Skb& skb, Operation& op) noexcept {
    Errno e = socket.keys.get(skb.direction, op.raw_key_);
    if (failed(e)) return e;
    e = request_attach(op.request_, *socket.algorithm, nullptr, Gfp::atomic, Owner::request);
    if (failed(e)) return e;
    e = carried_key_attach(op.request(), op.key_, Gfp::atomic, Owner::request);
    if (failed(e)) request_detach(op.request());
    return e;
  }
  Errno key(Operation& op) noexcept { return request_setkey(op.request(), op.raw_key_); }
  void end(unsigned, Operation& op) noexcept {
    const Algorithm& algorithm = *op.request().algorithm;
    carried_key_detach(op.request());
    request_detach(op.request());
    // The kernel's final functions zero their contexts.
    memzero_explicit(op.key_, carried_key_bytes(algorithm));
    if (!algorithm.final_zeroes) memzero_explicit(op.request_, Request::bytes(algorithm));
  }

 private:
  static Result<Socket> socket_of(const Algorithm& algorithm, Keys keys, Gfp gfp) noexcept {
    auto raw = RawKeys::copy(keys, gfp);
    if (!raw) return error(raw.error());
    return Socket{&algorithm, *raw};
  }
};

static_assert(Strategy<Onstack>);

}  // namespace tfm
