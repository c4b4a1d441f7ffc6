// SPDX-License-Identifier: MIT
// per_request_key: one transform per algorithm, and the key in the request (Herbert Xu's answer to
// "impossible for hashes"). No such kernel code was ever merged.
//
//   transform  one per algorithm, without a key
//   request    allocated per packet, GFP_ATOMIC, with room for the key; zeroed before it is freed
//   scratch    in the same piece
//
// Without a socket: the request carries the raw key, whatever form the keys of sockets have. It is
// allocated, and that can fail.
//
// In the kernel's crypto API a key belongs to a transform: a request cannot carry one. What comes
// nearest there is a library call with the key in an atomic allocation. So in a block with an API,
// too, this strategy calls plain functions.
//
// The form of the key is an axis. `raw`: the socket keeps the raw bytes, and every packet sets them
// in its request. `prepared`: the socket keeps a key that is already set, and the request points to
// it.
#pragma once

#include "strategies/keyed_piece.hpp"
#include "strategies/raw_keys.hpp"
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
  static constexpr std::string_view without_socket_uses =
      "a request that carries the key, GFP_ATOMIC, which can fail";
  static constexpr bool library = true;
  static constexpr unsigned fast_path_allocations = 1;

  struct Socket {
    Transform* shared = nullptr;
    /// Prepared keys are transforms: a request uses their contexts.
    std::conditional_t<raw, RawKeys, SocketTransforms> keys;
    std::uint32_t scratch_bytes = 0;
  };

  /// A request on a prepared key.
  class PreparedOperation {
   public:
    Request& request() noexcept { return piece_.request(); }
    std::uint8_t* scratch() noexcept { return piece_.scratch(); }

   private:
    friend class PerRequestKey;
    RequestPiece piece_;
    void* key_;
  };
  using Operation = std::conditional_t<raw, KeyedPiece, PreparedOperation>;
  using Transient = KeyedPiece;

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
    if constexpr (raw) {
      Bytes key;
      const Errno e = socket.keys.get(skb.direction, key);
      return failed(e) ? e : op.start(*socket.shared, key, socket.scratch_bytes);
    } else {
      const Algorithm& algorithm = *socket.shared->algorithm;
      if (!op.piece_.alloc(algorithm, 0, socket.scratch_bytes)) return Errno::enomem;
      op.key_ = socket.keys.of(skb.direction).context();
      return op.piece_.attach(algorithm, nullptr);
    }
  }
  Errno without_socket(unsigned, Socket& mkt, Bytes key, const Skb&, Transient& op) noexcept {
    return op.start(*mkt.shared, key, mkt.scratch_bytes);
  }

  Errno key(KeyedPiece& op) noexcept { return op.set_key(); }
  Errno key(PreparedOperation& op) noexcept {
    op.request().transform_context = op.key_;
    return Errno::ok;
  }

  void end(unsigned, KeyedPiece& op) noexcept { op.end(); }
  void end(unsigned, PreparedOperation& op) noexcept { op.piece_.free(); }

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
