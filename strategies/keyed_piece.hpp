// SPDX-License-Identifier: MIT
// A request that carries its key, in one allocated piece with its scratch: per_request_key's for
// every packet if keys are raw, and for a packet without a socket.
#pragma once

#include "strategies/carried_key.hpp"
#include "strategies/request_piece.hpp"

namespace tfm {

class KeyedPiece {
 public:
  Request& request() noexcept { return piece_.request(); }
  std::uint8_t* scratch() noexcept { return piece_.scratch(); }

  /// `shared` is the transform of a keyless algorithm. The bytes of `key` must stay until
  /// set_key(). Errors: enomem, the provider's; then there is no piece.
  Errno start(Transform& shared, Bytes key, std::size_t scratch_bytes) noexcept {
    const Algorithm& algorithm = *shared.algorithm;
    key_ = key;
    if (!piece_.alloc(algorithm, carried_key_bytes(algorithm), scratch_bytes)) return Errno::enomem;
    if (!algorithm.keyed) return piece_.attach(algorithm, shared.context());
    if (const Errno e = piece_.attach(algorithm, nullptr); failed(e)) return e;
    const Errno e = carried_key_attach(request(), piece_.extra(), Gfp::atomic, Owner::request);
    if (failed(e)) piece_.free();
    return e;
  }
  Errno set_key() noexcept { return request_setkey(request(), key_); }
  void end() noexcept {
    if (!request().algorithm->keyed) {
      piece_.free();
      return;
    }
    carried_key_detach(request());
    piece_.free_sensitive();
  }

 private:
  RequestPiece piece_;
  Bytes key_;
};

}  // namespace tfm
