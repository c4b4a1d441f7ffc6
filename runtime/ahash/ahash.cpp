// SPDX-License-Identifier: MIT
#include "runtime/ahash/ahash.hpp"

namespace tfm::ahash {
namespace {

using Walk = HashWalk<>;

AhashAlg& driver_of(const Ahash& tfm) noexcept { return tfm.alg_as<AhashAlg>(); }

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
  tfm.base.exit = exit_using_shash<Ahash>;
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

Errno ahash_make(Ahash& tfm, AhashAlg& alg) noexcept { return make_of_driver(tfm, alg); }

void ahash_exit(Ahash& tfm) noexcept {
  if (tfm.base.users.fetch_sub(1) != 1) return;
  exit_and_put(tfm);
}

Errno ahash_setkey(Ahash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  return set_key<AhashAlg>(tfm, key, bytes);
}

Errno ahash_init(AhashRequest& request) noexcept {
  Ahash& tfm = request.tfm();
  if (tfm.using_shash) [[likely]]
    return shash_init(prepare_desc(request, tfm));
  if ((tfm.base.flags & need_key) != 0) return Errno::enokey;
  return driver_of(tfm).init(request);
}

Errno ahash_update(AhashRequest& request) noexcept {
  if (request.tfm().using_shash) [[likely]]
    return walk_update<Walk>(request, request.desc());
  return driver_of(request.tfm()).update(request);
}

Errno ahash_final(AhashRequest& request) noexcept {
  if (request.tfm().using_shash) [[likely]]
    return shash_final(request.desc(), request.result);
  return driver_of(request.tfm()).final(request);
}

Errno ahash_finup(AhashRequest& request) noexcept {
  if (request.tfm().using_shash) [[likely]]
    return walk_finup<Walk>(request, request.desc());
  return driver_of(request.tfm()).finup(request);
}

}  // namespace tfm::ahash
