// SPDX-License-Identifier: MIT
// per_request_key: one transform per algorithm, and the key in the request (Herbert Xu's answer to
// "impossible for hashes"). No such kernel code was ever merged.
//
//   transform  one per algorithm, without a key
//   request    allocated per packet, GFP_ATOMIC, with room for the key; zeroed before it is freed
//   scratch    in the same piece
//
// In the kernel's crypto API a key belongs to a transform: a request cannot carry one. What comes
// nearest there is a library call with the key in an atomic allocation. So in a block with an API,
// too, this strategy calls plain functions.
//
// The form of the key is an axis. `raw`: the socket keeps the raw bytes, and every packet sets them
// in its request. `prepared`: the socket keeps a key that is already set, and the request points to
// it.
#pragma once

#include "strategies/carried_key.hpp"
#include "strategies/raw_keys.hpp"
#include "strategies/request_piece.hpp"
#include "strategies/socket_transforms.hpp"

namespace tfm {

/// The form in which a socket keeps its keys.
enum class KeyForm : std::uint8_t { raw, prepared };

template <KeyForm form>
class PerRequestKey {
  static constexpr bool raw = form == KeyForm::raw;

 public:
  /// The type that replaces it if the block's axis says key = prepared.
  using WithPreparedKeys = PerRequestKey<KeyForm::prepared>;

  static constexpr std::string_view name = "per_request_key";
  static constexpr std::string_view summary =
      "one transform per algorithm, a request per packet (GFP_ATOMIC) that carries its key";
  static constexpr bool library = true;
  static constexpr unsigned fast_path_allocations = 1;

  struct Socket {
    Transform* shared = nullptr;
    /// Prepared keys are transforms: a request uses their contexts.
    std::conditional_t<raw, RawKeys, SocketTransforms> keys;
    std::uint32_t scratch_bytes = 0;
  };

  class Operation {
   public:
    Request& request() noexcept { return piece_.request(); }
    std::uint8_t* scratch() noexcept { return piece_.scratch(); }

   private:
    friend class PerRequestKey;
    RequestPiece piece_;
    std::conditional_t<raw, Bytes, void*> key_;
  };

  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    auto shared = shared_.get(algorithm);
    if (!shared) return error(shared.error());
    auto kept = keep(algorithm, keys);
    if (!kept) {
      shared_.put(*shared);
      return error(kept.error());
    }
    return Socket{*shared, *kept, static_cast<std::uint32_t>(scratch_bytes)};
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    auto kept = parent.keys.accept(keys);
    if (!kept) return error(kept.error());
    return Socket{SharedTransforms::share(parent.shared), *kept, parent.scratch_bytes};
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return socket.keys.rekey(keys); }
  void close(Socket& socket) noexcept {
    if constexpr (raw) {
      socket.keys.free();
    } else {
      socket.keys.close(shared_);
    }
    shared_.put(socket.shared);
    socket = {};
  }
  static void socket_blocks(const Socket& socket, std::vector<Bytes>& blocks) {
    socket.keys.add_blocks(blocks);
  }

  Errno start(unsigned, Socket& socket, const Skb& skb, Operation& op) noexcept {
    Transform& shared = *socket.shared;
    const Algorithm& algorithm = *shared.algorithm;
    if constexpr (raw) {
      if (const Errno e = socket.keys.get(skb.direction, op.key_); failed(e)) return e;
      if (!op.piece_.alloc(algorithm, carried_key_bytes(algorithm), socket.scratch_bytes))
        return Errno::enomem;
      if (!algorithm.keyed) return op.piece_.attach(algorithm, shared.context());
      if (const Errno e = op.piece_.attach(algorithm, nullptr); failed(e)) return e;
      const Errno e =
          carried_key_attach(op.request(), op.piece_.extra(), Gfp::atomic, Owner::request);
      if (failed(e)) op.piece_.free();
      return e;
    } else {
      if (!op.piece_.alloc(algorithm, 0, socket.scratch_bytes)) return Errno::enomem;
      op.key_ = socket.keys.of(skb.direction).context();
      return op.piece_.attach(algorithm, nullptr);
    }
  }

  Errno key(Operation& op) noexcept {
    if constexpr (raw) {
      return request_setkey(op.request(), op.key_);
    } else {
      op.request().transform_context = op.key_;
      return Errno::ok;
    }
  }

  void end(unsigned, Operation& op) noexcept {
    if (!raw || !op.request().algorithm->keyed) {
      op.piece_.free();
      return;
    }
    carried_key_detach(op.request());
    op.piece_.free_sensitive();
  }

 private:
  auto keep(const Algorithm& algorithm, Keys keys) noexcept {
    if constexpr (raw) {
      return RawKeys::copy(keys, Gfp::kernel);
    } else {
      return SocketTransforms::open(shared_, algorithm, keys);
    }
  }

  SharedTransforms shared_;
};

static_assert(Strategy<PerRequestKey<KeyForm::raw>>);
static_assert(Strategy<PerRequestKey<KeyForm::prepared>>);

}  // namespace tfm
