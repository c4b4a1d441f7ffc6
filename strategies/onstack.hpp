// SPDX-License-Identifier: MIT
// onstack: the socket keeps only the raw key. Every packet prepares the key on the stack.
//
//   transform  none
//   request    on the stack of the code that hashes, with the prepared key beside it
//   scratch    on the same stack
//   keys       the socket keeps the raw bytes
//
// Without a socket: as with one. Nothing is allocated and nothing can fail.
//
// Stands for TCP-AO after its move to library calls (net/ipv4/tcp_ao.c since 4baf2415992e). An
// operation cannot leave the stack frame in which it began. There is no transform, so nothing of
// the crypto API: in a block with an API, too, it calls plain functions.
#pragma once

#include "strategies/raw_keys.hpp"
#include "strategies/stack_operation.hpp"

namespace tfm {

class Onstack {
 public:
  static constexpr std::string_view name = "onstack";
  static constexpr std::string_view summary =
      "request, scratch and key on the stack; every packet prepares the raw key (library calls)";
  static constexpr std::string_view without_socket_uses =
      "the stack, as with a socket: nothing is allocated, nothing fails";
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

  using Operation = StackOperation;

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
    Bytes raw_key;
    const Errno e = socket.keys.get(skb.direction, raw_key);
    return failed(e) ? e : op.start(*socket.algorithm, raw_key);
  }
  Errno without_socket(unsigned, Socket& mkt, Bytes key, const Skb&, Operation& op) noexcept {
    return op.start(*mkt.algorithm, key);
  }
  Errno key(Operation& op) noexcept { return op.prepare(); }
  void end(unsigned, Operation& op) noexcept { op.end(); }

 private:
  static Result<Socket> socket_of(const Algorithm& algorithm, Keys keys, Gfp gfp) noexcept {
    auto raw = RawKeys::copy(keys, gfp);
    if (!raw) return error(raw.error());
    return Socket{&algorithm, *raw};
  }
};

static_assert(Strategy<Onstack>);

}  // namespace tfm
