// SPDX-License-Identifier: MIT
// What asynchronous hashes are in both kernels (crypto/ahash.c of Linux 6.12 and of 7.3): one over
// an shash, or a driver of its own. `Shash`, `AhashRequest` and `ShashDesc` are a kernel's; the
// functions over them are found by their types.
#pragma once

#include "runtime/ahash/hash_walk.hpp"
#include "runtime/ahash/tfm.hpp"
#include "runtime/transform.hpp"

namespace tfm::ahash {

/// struct crypto_ahash, and its context: the shash. A driver's context is not modelled.
template <class Shash>
struct AhashOf {
  std::uint32_t request_bytes;
  std::uint16_t state_bytes;
  bool using_shash;
  Tfm base;
  Shash* shash;

  /// crypto_ahash_alg().
  template <class AhashAlg>
  AhashAlg& alg_as() const noexcept {
    return *reinterpret_cast<AhashAlg*>(base.alg);
  }
};

/// struct ahash_alg, of a driver that is over no shash. None of the model's algorithms is one; the
/// API asks in every call.
template <class Ahash, class AhashRequest>
struct AhashAlgOf {
  Alg base{};  ///< first: a Tfm's algorithm is that of its frontend
  std::uint32_t state_bytes = 0;
  std::uint32_t request_bytes = 0;  ///< of an operation's state
  Errno (*init)(AhashRequest& request) noexcept = nullptr;
  Errno (*update)(AhashRequest& request) noexcept = nullptr;
  Errno (*final)(AhashRequest& request) noexcept = nullptr;
  Errno (*finup)(AhashRequest& request) noexcept = nullptr;
  Errno (*setkey)(Ahash& tfm, const std::uint8_t* key,
                  std::uint32_t bytes) noexcept = no_setkey<Ahash>;
};

/// crypto_ahash_init_tfm() without an shash.
template <class Ahash, class AhashRequest>
Errno make_of_driver(Ahash& tfm, AhashAlgOf<Ahash, AhashRequest>& alg) noexcept {
  if (!mod_get(alg.base)) return Errno::enoent;
  tfm.base.users.store(1, std::memory_order_relaxed);
  tfm.base.alg = &alg.base;
  tfm.base.node = -1;
  tfm.state_bytes = static_cast<std::uint16_t>(alg.state_bytes);
  tfm.request_bytes = alg.request_bytes;
  if (needs_key<Ahash>(alg)) tfm.base.flags |= need_key;
  return Errno::ok;
}

/// crypto_exit_ahash_using_shash().
template <class Ahash>
void exit_using_shash(Tfm& base) noexcept {
  auto* const at = reinterpret_cast<std::uint8_t*>(&base) - offsetof(Ahash, base);
  shash_free(*reinterpret_cast<Ahash*>(at)->shash);
}

/// crypto_destroy_tfm() of an ahash, except for its users and its memory.
template <class Ahash>
void exit_and_put(Ahash& tfm) noexcept {
  Alg& alg = *tfm.base.alg;
  if (tfm.base.exit != nullptr) tfm.base.exit(tfm.base);
  mod_put(alg);
}

/// crypto_ahash_setkey().
template <class AhashAlg, class Ahash>
Errno set_key(Ahash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  if (tfm.using_shash) [[likely]] {
    const auto& shash = *tfm.shash;
    const Errno e = shash_setkey(*tfm.shash, key, bytes);
    if (failed(e)) [[unlikely]] {
      tfm.base.flags |= shash.base.flags & need_key;
      return e;
    }
  } else {
    const auto& alg = tfm.template alg_as<AhashAlg>();
    const Errno e = alg.setkey(tfm, key, bytes);
    if (failed(e)) [[unlikely]] {
      if (needs_key<Ahash>(alg)) tfm.base.flags |= need_key;
      return e;
    }
  }
  tfm.base.flags &= ~need_key;
  return Errno::ok;
}

/// prepare_shash_desc().
template <class AhashRequest, class Ahash>
auto& prepare_desc(AhashRequest& request, const Ahash& tfm) noexcept {
  auto& desc = request.desc();
  desc.tfm = tfm.shash;
  return desc;
}

/// shash_ahash_update().
template <class Walk, class AhashRequest, class ShashDesc>
[[gnu::noinline]] Errno walk_update(AhashRequest& request, ShashDesc& desc) noexcept {
  Walk walk;
  Step bytes = walk.first(request);
  while (bytes > 0) {
    bytes = walk.next(shash_update(desc, walk.data(), static_cast<std::uint32_t>(bytes)));
  }
  return error_of(bytes);
}

/// shash_ahash_finup().
template <class Walk, class AhashRequest, class ShashDesc>
[[gnu::noinline]] Errno walk_finup(AhashRequest& request, ShashDesc& desc) noexcept {
  Walk walk;
  Step bytes = walk.first(request);
  if (bytes == 0) return shash_final(desc, request.result);
  do {
    const auto count = static_cast<std::uint32_t>(bytes);
    bytes = walk.next(walk.last() ? shash_finup(desc, walk.data(), count, request.result)
                                  : shash_update(desc, walk.data(), count));
  } while (bytes > 0);
  return error_of(bytes);
}

}  // namespace tfm::ahash
