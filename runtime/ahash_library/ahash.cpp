// SPDX-License-Identifier: MIT
#include "runtime/ahash_library/ahash.hpp"

namespace tfm::ahash_library {
namespace {

using HashWalk = ahash::HashWalk<ahash::may_sleep | ahash::virtual_address>;

// The kernel exports these two and uses them twice, so they are functions of their own there.
[[gnu::noinline]] std::uint32_t walk_first(HashWalk& walk, const AhashRequest& request) noexcept {
  return walk.first(request);
}
[[gnu::noinline]] std::uint32_t walk_next(HashWalk& walk) noexcept { return walk.next(); }

/// shash_ahash_update().
[[gnu::noinline]] Errno update(AhashRequest& request, ShashDesc& desc) noexcept {
  HashWalk walk;
  for (std::uint32_t bytes = walk_first(walk, request); bytes > 0; bytes = walk_next(walk)) {
    if (const Errno e = shash_update(desc, walk.data(), bytes); failed(e)) return e;
  }
  return Errno::ok;
}

/// shash_ahash_finup().
[[gnu::noinline]] Errno finup(AhashRequest& request, ShashDesc& desc) noexcept {
  HashWalk walk;
  std::uint32_t bytes = walk_first(walk, request);
  if (bytes == 0) return shash_final(desc, request.result);
  do {
    const Errno e = walk.last() ? shash_finup(desc, walk.data(), bytes, request.result)
                                : shash_update(desc, walk.data(), bytes);
    if (failed(e)) return e;
    bytes = walk_next(walk);
  } while (bytes > 0);
  return Errno::ok;
}

/// prepare_shash_desc().
ShashDesc& prepare_desc(AhashRequest& request, const Ahash& tfm) noexcept {
  ShashDesc& desc = request.desc();
  desc.tfm = tfm.shash;
  return desc;
}

/// crypto_exit_ahash_using_shash().
void exit_using_shash(Tfm& base) noexcept {
  auto* const at = reinterpret_cast<std::uint8_t*>(&base) - offsetof(Ahash, base);
  shash_free(*reinterpret_cast<Ahash*>(at)->shash);
}

/// What the kernel does if a transform has no shash below: the driver's own ahash. There is none
/// here.
constexpr Errno no_driver = Errno::eopnotsupp;

}  // namespace

Errno ahash_make(Ahash& tfm, ShashAlg& alg, Gfp gfp, Owner owner) noexcept {
  // One user of the algorithm for each of the two transforms.
  if (!mod_get(alg.base)) return Errno::enoent;
  tfm.base.alg = &alg.base;
  tfm.base.node = -1;
  tfm.state_bytes = static_cast<std::uint16_t>(alg.state_bytes);
  tfm.request_bytes = static_cast<std::uint32_t>(sizeof(ShashDesc)) + alg.descriptor_bytes;
  const bool has_module = mod_get(alg.base);
  const Errno e = has_module ? shash_create(tfm.shash, alg, gfp, owner) : Errno::enoent;
  if (failed(e)) {
    if (has_module) mod_put(alg.base);
    mod_put(alg.base);
    return e;
  }
  tfm.using_shash = true;
  tfm.base.exit = exit_using_shash;
  tfm.base.flags |= tfm.shash->base.flags & need_key;
  return Errno::ok;
}

void ahash_exit(Ahash& tfm) noexcept {
  Alg& alg = *tfm.base.alg;
  tfm.base.exit(tfm.base);
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
  const Ahash& tfm = request.tfm();
  if (tfm.using_shash) [[likely]]
    return shash_init(prepare_desc(request, tfm));
  return no_driver;
}

Errno ahash_update(AhashRequest& request) noexcept {
  if (request.tfm().using_shash) [[likely]]
    return update(request, request.desc());
  return no_driver;
}

Errno ahash_finup(AhashRequest& request) noexcept {
  if (request.tfm().using_shash) [[likely]]
    return finup(request, request.desc());
  return no_driver;
}

}  // namespace tfm::ahash_library
