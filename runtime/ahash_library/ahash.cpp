// SPDX-License-Identifier: MIT
#include "runtime/ahash_library/ahash.hpp"

#include "runtime/ahash_library/driver.hpp"
#include "runtime/library/memory.hpp"

namespace tfm::ahash_library {
namespace {

using HashWalk = ahash::HashWalk<ahash::may_sleep | ahash::virtual_address>;

bool ends_later(const AhashRequest& request, const Ahash& tfm) noexcept {
  return (request.flags & on_stack) != 0 && has(tfm, ahash::alg_flag::async);
}

/// Puts what waits before the request's list.
inline void put_before(AhashRequest& request, std::uint8_t* buffer, std::uint32_t waits) noexcept {
  request.head[0] = {};
  sg_set_buf(request.head[0], buffer, waits);
}

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
  tfm.base.exit = ahash::exit_using_shash<Ahash>;
  tfm.base.flags |= tfm.shash->base.flags & need_key;
  return Errno::ok;
}

Errno ahash_make(Ahash& tfm, AhashAlg& alg) noexcept {
  constexpr std::uint32_t both = ahash::alg_flag::block_only | ahash::alg_flag::takes_address;
  if ((alg.base.flags & both) == both) return Errno::einval;
  if ((alg.base.flags & ahash::alg_flag::block_only) != 0 && alg.finup == nullptr) {
    return Errno::einval;
  }
  return ahash::make_of_driver(tfm, alg);
}

void ahash_exit(Ahash& tfm) noexcept { ahash::exit_and_put(tfm); }

Errno ahash_setkey(Ahash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  return ahash::set_key<AhashAlg>(tfm, key, bytes);
}

Errno ahash_init(AhashRequest& request) noexcept {
  Ahash& tfm = request.tfm();
  if (tfm.using_shash) [[likely]]
    return shash_init(ahash::prepare_desc(request, tfm));
  if ((tfm.base.flags & need_key) != 0) return Errno::enokey;
  if (ends_later(request, tfm)) return Errno::eagain;
  if (has(tfm, ahash::alg_flag::block_only)) waiting_of(request, tfm) = 0;
  return driver_of(tfm).init(request);
}

Errno ahash_update(AhashRequest& request) noexcept {
  Ahash& tfm = request.tfm();
  if (tfm.using_shash) [[likely]]
    return ahash::walk_update<HashWalk>(request, request.desc());
  if (ends_later(request, tfm)) return Errno::eagain;
  if (!has(tfm, ahash::alg_flag::block_only)) return ask(request, driver_of(tfm).update);

  const std::uint32_t kept = kept_of(tfm), block = tfm.base.alg->block_bytes;
  std::uint8_t& waiting = waiting_of(request, tfm);
  std::uint8_t* const buffer = &waiting - block;
  const std::uint32_t waits = waiting;
  if (waits + request.bytes < block + kept) {
    if (is_virtual(request)) {
      library::copy(buffer + waits, address_of(request), request.bytes);
    } else {
      ahash::copy_from_list(buffer + waits, request.source, 0, request.bytes);
    }
    waiting = static_cast<std::uint8_t>(waiting + request.bytes);
    return Errno::ok;
  }
  if (waits != 0) {
    put_before(request, buffer, waits);
    if (request.source != request.head + 1) sg_chain(request.head, 2, request.source);
    request.source = request.head;
    request.bytes += waits;
  }
  request.bytes -= kept;
  save(request, update_done);
  const Errno e = ask(request, driver_of(tfm).update);
  if (is_pending(e)) return e;
  return finish_update(request, e);
}

Errno ahash_finup(AhashRequest& request) noexcept {
  Ahash& tfm = request.tfm();
  if (tfm.using_shash) [[likely]]
    return ahash::walk_finup<HashWalk>(request, request.desc());
  if (ends_later(request, tfm)) return Errno::eagain;
  if (driver_of(tfm).finup == nullptr) return default_finup(request);
  if (!has(tfm, ahash::alg_flag::block_only)) return ask(request, driver_of(tfm).finup);

  const std::uint32_t block = tfm.base.alg->block_bytes;
  std::uint8_t& waiting = waiting_of(request, tfm);
  if (const std::uint32_t waits = waiting; waits != 0) {
    put_before(request, &waiting - block, waits);
    if (request.source == nullptr) {
      sg_mark_end(request.head[0]);
    } else if (request.source != request.head + 1) {
      sg_chain(request.head, 2, request.source);
    }
    request.source = request.head;
    request.bytes += waits;
  }
  save(request, finup_done);
  const Errno e = ask(request, driver_of(tfm).finup);
  if (is_pending(e)) return e;
  return finish_finup(request, e);
}

}  // namespace tfm::ahash_library
