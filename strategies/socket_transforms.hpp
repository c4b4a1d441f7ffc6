// SPDX-License-Identifier: MIT
// A transform per key and direction, keyed when the socket opens, as IPsec keeps them (TCP-AO
// caches a send and a receive traffic key). A keyless algorithm has one transform for all sockets.
#pragma once

#include "strategies/shared_transforms.hpp"

namespace tfm {

/// A socket's share: either its own two transforms or the shared one. A handle; close() ends it.
struct SocketTransforms {
  Transform* of_direction[2] = {nullptr, nullptr};
  SharedTransforms::Entry* shared = nullptr;

  Transform& of(Direction d) const noexcept { return *of_direction[static_cast<unsigned>(d)]; }

  /// Errors: enomem, the provider's; on failure nothing is held. May sleep.
  static Result<SocketTransforms> open(SharedTransforms& shared, const Algorithm& algorithm,
                                       Keys keys) noexcept {
    if (algorithm.keyed) return keyed(algorithm, keys, Gfp::kernel);
    auto entry = shared.get(algorithm);
    if (!entry) return error(entry.error());
    return of_shared(*entry);
  }

  /// For a socket that a listener accepts in softirq: the transforms are cloned from the parent's,
  /// as crypto_clone_ahash() does since Linux 6.4: an atomic allocation each, then the child's key.
  Result<SocketTransforms> accept(Keys keys) const noexcept {
    if (shared != nullptr) return of_shared(SharedTransforms::share(shared));
    return keyed(*of_direction[0]->algorithm, keys, Gfp::atomic);
  }

  /// New keys on the transforms that are there. Nothing is allocated by flat providers. After a
  /// failure a direction may be without a key: its operations then fail with enokey.
  Errno rekey(Keys keys) const noexcept {
    if (shared != nullptr) return Errno::ok;
    const Errno tx = transform_setkey(of(Direction::tx), keys.tx, Gfp::atomic);
    const Errno rx = transform_setkey(of(Direction::rx), keys.rx, Gfp::atomic);
    return failed(tx) ? tx : rx;
  }

  void close(SharedTransforms& registry) noexcept {
    if (shared != nullptr) {
      registry.put(shared);
    } else {
      for (Transform* t : of_direction) transform_free(t);
    }
    *this = {};
  }

 private:
  static SocketTransforms of_shared(SharedTransforms::Entry* entry) noexcept {
    return {{entry->transform, entry->transform}, entry};
  }

  static Result<SocketTransforms> keyed(const Algorithm& algorithm, Keys keys, Gfp gfp) noexcept {
    auto tx = transform_alloc_keyed(algorithm, keys.tx, gfp, Owner::socket);
    if (!tx) return error(tx.error());
    auto rx = transform_alloc_keyed(algorithm, keys.rx, gfp, Owner::socket);
    if (!rx) {
      transform_free(*tx);
      return error(rx.error());
    }
    return SocketTransforms{{*tx, *rx}, nullptr};
  }
};

}  // namespace tfm
