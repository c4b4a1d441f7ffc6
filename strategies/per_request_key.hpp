// SPDX-License-Identifier: MIT
// per_request_key: one transform per algorithm, and the key in the request (Herbert Xu's answer to
// "impossible for hashes"; no kernel code ever landed).
//
//   transform  one per algorithm, without a key
//   request    allocated per packet, GFP_ATOMIC, with room for the key; freed with zeroing
//   scratch    in the same piece
//
// The key's form is an axis. `raw`: the socket keeps raw bytes and every packet sets them into its
// request. `prepared`: the socket keeps the set key, and the request refers to it.
#pragma once

#include "strategies/carried_key.hpp"
#include "strategies/raw_keys.hpp"
#include "strategies/request_piece.hpp"
#include "strategies/socket_transforms.hpp"

namespace tfm {

/// The form in which a socket keeps its keys.
enum class KeyForm : std::uint8_t { raw, prepared };

template <KeyForm form>
class PerRequestKey;

template <>
class PerRequestKey<KeyForm::raw> {
 public:
  static constexpr std::string_view name = "per_request_key";
  static constexpr std::string_view summary =
      "one transform per algorithm, an atomic request per packet that carries its key";
  static constexpr InFlight in_flight = InFlight::many;
  static constexpr unsigned fast_path_allocations(const Algorithm&, Direction) noexcept {
    return 1;
  }
  static constexpr std::string_view refuses(const Algorithm&, std::size_t) noexcept { return {}; }

  struct Socket {
    Transform* shared = nullptr;
    RawKeys keys;
    std::uint32_t scratch_bytes = 0;
  };

  class Operation {
   public:
    Request& request() noexcept { return piece_.request(); }
    std::uint8_t* scratch() noexcept { return piece_.scratch(); }

   private:
    friend class PerRequestKey;
    RequestPiece piece_;
    Bytes key_;
  };

  static Result<std::unique_ptr<PerRequestKey>> create(const StrategyOptions&) {
    return std::make_unique<PerRequestKey>();
  }

  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    auto shared = shared_.get(algorithm);
    if (!shared) return error(shared.error());
    auto raw = RawKeys::copy(algorithm.keyed ? keys : Keys{}, Gfp::kernel);
    if (!raw) {
      shared_.put(*shared);
      return error(raw.error());
    }
    return Socket{*shared, *raw, static_cast<std::uint32_t>(scratch_bytes)};
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    const bool keyed = parent.shared->algorithm->keyed;
    auto raw = RawKeys::copy(keyed ? keys : Keys{}, Gfp::atomic);
    if (!raw) return error(raw.error());
    return Socket{SharedTransforms::share(parent.shared), *raw, parent.scratch_bytes};
  }
  Errno rekey(Socket& socket, Keys keys) noexcept {
    return socket.shared->algorithm->keyed ? socket.keys.assign(keys) : Errno::ok;
  }
  void close(Socket& socket) noexcept {
    socket.keys.free();
    shared_.put(socket.shared);
    socket = {};
  }

  Errno start(unsigned, Socket& socket, const Skb& skb, Operation& op) noexcept {
    Transform& transform = *socket.shared;
    const Algorithm& algorithm = *transform.algorithm;
    if (const Errno e = socket.keys.get(skb.direction, op.key_); failed(e)) return e;
    if (!op.piece_.alloc(algorithm, carried_key_bytes(algorithm), socket.scratch_bytes))
      return Errno::enomem;
    if (!algorithm.keyed) return op.piece_.attach(algorithm, transform.context());
    if (const Errno e = op.piece_.attach(algorithm, nullptr); failed(e)) return e;
    const Errno e =
        carried_key_attach(op.request(), op.piece_.extra(), Gfp::atomic, Owner::request);
    if (failed(e)) op.piece_.free();
    return e;
  }

  Errno key(Operation& op) noexcept { return request_setkey(op.request(), op.key_); }

  void end(unsigned, Operation& op) noexcept {
    if (!op.request().algorithm->keyed) {
      op.piece_.free();
      return;
    }
    carried_key_detach(op.request());
    op.piece_.free_sensitive();
  }

 private:
  SharedTransforms shared_;
};

template <>
class PerRequestKey<KeyForm::prepared> {
 public:
  static constexpr std::string_view name = "per_request_key";
  static constexpr std::string_view summary = PerRequestKey<KeyForm::raw>::summary;
  static constexpr InFlight in_flight = InFlight::many;
  static constexpr unsigned fast_path_allocations(const Algorithm&, Direction) noexcept {
    return 1;
  }
  static constexpr std::string_view refuses(const Algorithm&, std::size_t) noexcept { return {}; }

  struct Socket {
    SocketTransforms prepared;  // two set keys; the algorithm's functions take them as contexts
    Transform* shared = nullptr;
    std::uint32_t scratch_bytes = 0;
  };

  class Operation {
   public:
    Request& request() noexcept { return piece_.request(); }
    std::uint8_t* scratch() noexcept { return piece_.scratch(); }

   private:
    friend class PerRequestKey;
    RequestPiece piece_;
    void* prepared_;
  };

  static Result<std::unique_ptr<PerRequestKey>> create(const StrategyOptions&) {
    return std::make_unique<PerRequestKey>();
  }

  Result<Socket> open(const Algorithm& algorithm, Keys keys, std::size_t scratch_bytes) {
    auto shared = shared_.get(algorithm);
    if (!shared) return error(shared.error());
    auto prepared = SocketTransforms::open(shared_, algorithm, keys);
    if (!prepared) {
      shared_.put(*shared);
      return error(prepared.error());
    }
    return Socket{*prepared, *shared, static_cast<std::uint32_t>(scratch_bytes)};
  }
  Result<Socket> accept(const Socket& parent, Keys keys) noexcept {
    auto prepared = parent.prepared.accept(keys);
    if (!prepared) return error(prepared.error());
    return Socket{*prepared, SharedTransforms::share(parent.shared), parent.scratch_bytes};
  }
  Errno rekey(Socket& socket, Keys keys) noexcept { return socket.prepared.rekey(keys); }
  void close(Socket& socket) noexcept {
    socket.prepared.close(shared_);
    shared_.put(socket.shared);
    socket = {};
  }

  Errno start(unsigned, Socket& socket, const Skb& skb, Operation& op) noexcept {
    Transform& transform = *socket.shared;
    if (!op.piece_.alloc(*transform.algorithm, 0, socket.scratch_bytes)) return Errno::enomem;
    op.prepared_ = socket.prepared.of(skb.direction).context();
    return op.piece_.attach(*transform.algorithm, nullptr);
  }
  Errno key(Operation& op) noexcept {
    op.request().transform_context = op.prepared_;
    return Errno::ok;
  }
  void end(unsigned, Operation& op) noexcept { op.piece_.free(); }

 private:
  SharedTransforms shared_;
};

static_assert(Strategy<PerRequestKey<KeyForm::raw>>);
static_assert(Strategy<PerRequestKey<KeyForm::prepared>>);

}  // namespace tfm
