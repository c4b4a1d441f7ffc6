// SPDX-License-Identifier: MIT
// A socket of a strategy that pools transforms. It holds a reference to an entry of the pool (the
// id), and the raw keys that every packet sets.
#pragma once

#include "strategies/raw_keys.hpp"

namespace tfm {

/// A handle; close() ends it. `Pool` is a CryptoPool.
struct PooledSocket {
  unsigned id = 0;
  std::uint32_t digest_bytes = 0;  ///< of a keyed algorithm, as a struct tcp_ao_key has it
  RawKeys keys;

  /// Errors: enospc: the pool's table is full; enomem; the provider's. May sleep.
  template <class Pool>
  static Result<PooledSocket> open(Pool& pool, const Algorithm& algorithm, Keys keys,
                                   std::size_t scratch_bytes) noexcept {
    auto raw = RawKeys::copy(keys, Gfp::kernel);
    if (!raw) return error(raw.error());
    const auto id = pool.alloc(algorithm, scratch_bytes);
    if (!id) {
      raw->free();
      return error(id.error());
    }
    return PooledSocket{*id, algorithm.keyed ? algorithm.digest_bytes : 0U, *raw};
  }

  /// In softirq. The pool's entry exists already, so only the copy of the keys is allocated.
  template <class Pool>
  Result<PooledSocket> accept(Pool& pool, Keys child_keys) const noexcept {
    auto raw = keys.accept(child_keys);
    if (!raw) return error(raw.error());
    if (const Errno e = pool.get(id); failed(e)) {
      raw->free();
      return error(e);
    }
    return PooledSocket{id, digest_bytes, *raw};
  }

  template <class Pool>
  void close(Pool& pool) noexcept {
    keys.free();
    static_cast<void>(pool.release(id));  // cannot fail: an open socket has a reference
    *this = {};
  }
};

}  // namespace tfm
