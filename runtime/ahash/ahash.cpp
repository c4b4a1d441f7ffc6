// SPDX-License-Identifier: MIT
#include "runtime/ahash/ahash.hpp"

#include "runtime/ahash/hash_walk.hpp"

namespace tfm::ahash {
namespace {

/// prepare_shash_desc().
ShashDesc& prepare_desc(AhashRequest& request, Ahash& tfm) noexcept {
  ShashDesc& desc = request.desc();
  desc.tfm = tfm.shash;
  return desc;
}

/// shash_ahash_update().
Errno update(AhashRequest& request, ShashDesc& desc) noexcept {
  HashWalk<> walk;
  for (std::uint32_t bytes = walk.first(request); bytes > 0; bytes = walk.next()) {
    if (const Errno e = shash_update(desc, walk.data(), bytes); failed(e)) return e;
  }
  return Errno::ok;
}

/// shash_ahash_finup().
Errno finup(AhashRequest& request, ShashDesc& desc) noexcept {
  HashWalk<> walk;
  std::uint32_t bytes = walk.first(request);
  if (bytes == 0) return shash_final(desc, request.result);
  do {
    const Errno e = walk.last() ? shash_finup(desc, walk.data(), bytes, request.result)
                                : shash_update(desc, walk.data(), bytes);
    if (failed(e)) return e;
    bytes = walk.next();
  } while (bytes > 0);
  return Errno::ok;
}

Ahash& ahash_of(Tfm& base) noexcept {
  return *reinterpret_cast<Ahash*>(reinterpret_cast<std::uint8_t*>(&base) - offsetof(Ahash, base));
}

/// crypto_exit_ahash_using_shash().
void exit_using_shash(Tfm& base) noexcept { shash_free(*ahash_of(base).shash); }

/// What the kernel does if a transform has no shash below: the driver's own ahash. There is none
/// here.
constexpr Errno no_driver = Errno::eopnotsupp;

}  // namespace

Errno ahash_make(Ahash& tfm, ShashAlg& alg, Gfp gfp, Owner owner) noexcept {
  // One user of the algorithm for each of the two transforms.
  if (!mod_get(alg.base)) return Errno::enoent;
  tfm.base.users.store(1, std::memory_order_relaxed);
  tfm.base.alg = &alg.base;
  tfm.base.node = -1;
  tfm.state_bytes = static_cast<std::uint16_t>(alg.state_bytes);
  if (const Errno e = shash_spawn(tfm.shash, alg.base, gfp, owner); failed(e)) {
    mod_put(alg.base);
    return e;
  }
  tfm.using_shash = true;
  tfm.base.exit = exit_using_shash;
  tfm.base.flags |= tfm.shash->base.flags & need_key;
  tfm.request_bytes = static_cast<std::uint32_t>(sizeof(ShashDesc)) + tfm.shash->descriptor_bytes;
  return Errno::ok;
}

Errno ahash_clone(Ahash& to, Ahash& from, Owner owner) noexcept {
  if (!mod_get(*from.base.alg)) return Errno::enoent;
  to.base.users.store(1, std::memory_order_relaxed);
  to.base.alg = from.base.alg;
  to.base.node = from.base.node;
  to.base.flags = from.base.flags;
  to.base.exit = from.base.exit;
  to.request_bytes = from.request_bytes;
  to.state_bytes = from.state_bytes;
  if (const Errno e = shash_clone(to.shash, *from.shash, owner); failed(e)) {
    mod_put(*from.base.alg);
    return e;
  }
  to.using_shash = true;
  return Errno::ok;
}

void ahash_exit(Ahash& tfm) noexcept {
  if (tfm.base.users.fetch_sub(1) != 1) return;
  Alg& alg = *tfm.base.alg;
  if (tfm.base.exit != nullptr) tfm.base.exit(tfm.base);
  mod_put(alg);
}

Errno ahash_setkey(Ahash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  if (!tfm.using_shash) [[unlikely]]
    return no_driver;
  const Errno e = shash_setkey(*tfm.shash, key, bytes);
  if (failed(e)) [[unlikely]] {
    tfm.base.flags |= tfm.shash->base.flags & need_key;
    return e;
  }
  tfm.base.flags &= ~need_key;
  return Errno::ok;
}

Errno ahash_init(AhashRequest& request) noexcept {
  Ahash& tfm = request.tfm();
  if (tfm.using_shash) [[likely]]
    return shash_init(prepare_desc(request, tfm));
  return no_driver;
}

Errno ahash_update(AhashRequest& request) noexcept {
  if (request.tfm().using_shash) [[likely]]
    return update(request, request.desc());
  return no_driver;
}

Errno ahash_final(AhashRequest& request) noexcept {
  if (request.tfm().using_shash) [[likely]]
    return shash_final(request.desc(), request.result);
  return no_driver;
}

Errno ahash_finup(AhashRequest& request) noexcept {
  if (request.tfm().using_shash) [[likely]]
    return finup(request, request.desc());
  return no_driver;
}

}  // namespace tfm::ahash
