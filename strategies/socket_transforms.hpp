// SPDX-License-Identifier: MIT
// A transform per key and direction, keyed when the socket opens, as IPsec keeps them (TCP-AO
// caches a send and a receive traffic key). If one key serves both directions, they share one
// transform, as in mac80211. A keyless algorithm has one transform for all sockets.
#pragma once

#include "strategies/shared_transforms.hpp"

namespace tfm {

/// A socket's transforms: two of its own, or one twice, which is its own or all sockets'. A handle;
/// close() ends it.
struct SocketTransforms {
  Transform* of_direction[2] = {nullptr, nullptr};

  Transform& of(Direction d) const noexcept { return *of_direction[static_cast<unsigned>(d)]; }

  /// Errors: enomem, the provider's; on failure nothing is held. May sleep.
  static Result<SocketTransforms> open(SharedTransforms& shared, const Algorithm& algorithm,
                                       Keys keys) noexcept {
    if (algorithm.keyed) return keyed(algorithm, keys, Gfp::kernel);
    auto transform = shared.get(algorithm);
    if (!transform) return error(transform.error());
    return SocketTransforms{{*transform, *transform}};
  }

  /// For a socket that a listener accepts in softirq. The transforms are cloned from the parent's,
  /// as crypto_clone_ahash() does since Linux 6.4: an atomic allocation each, then the child's key.
  Result<SocketTransforms> accept(Keys keys) const noexcept {
    if (own()) return keyed(*of_direction[0]->algorithm, keys, Gfp::atomic);
    SharedTransforms::share(of_direction[0]);
    return *this;
  }

  /// Sets new keys in the existing transforms. Flat providers allocate nothing for this, so softirq
  /// may call it. If a key fails, its direction has no key and its operations fail with enokey.
  Errno rekey(Keys keys) const noexcept {
    if (!own()) return Errno::ok;
    const Errno tx = transform_setkey(of(Direction::tx), keys.tx, Gfp::atomic);
    if (one()) return tx;
    const Errno rx = transform_setkey(of(Direction::rx), keys.rx, Gfp::atomic);
    return failed(tx) ? tx : rx;
  }

  void close(SharedTransforms& registry) noexcept {
    if (own()) {
      const bool two = !one();
      transform_free(of_direction[0]);
      if (two) transform_free(of_direction[1]);
    } else {
      registry.put(of_direction[0]);
    }
    *this = {};
  }

  /// Adds the blocks of the socket's own transforms.
  void add_blocks(std::vector<Bytes>& blocks) const {
    if (!own()) return;
    of(Direction::tx).add_blocks(blocks);
    if (!one()) of(Direction::rx).add_blocks(blocks);
  }

 private:
  bool own() const noexcept { return of_direction[0]->algorithm->keyed; }
  bool one() const noexcept { return of_direction[0] == of_direction[1]; }

  static Result<SocketTransforms> keyed(const Algorithm& algorithm, Keys keys, Gfp gfp) noexcept {
    auto tx = transform_alloc_keyed(algorithm, keys.tx, gfp, Owner::socket);
    if (!tx) return error(tx.error());
    if (keys.one_key) return SocketTransforms{{*tx, *tx}};
    auto rx = transform_alloc_keyed(algorithm, keys.rx, gfp, Owner::socket);
    if (!rx) {
      transform_free(*tx);
      return error(rx.error());
    }
    return SocketTransforms{{*tx, *rx}};
  }
};

}  // namespace tfm
