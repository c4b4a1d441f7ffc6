// SPDX-License-Identifier: MIT
#include "runtime/ahash/ahash.hpp"

#include <algorithm>

namespace tfm::ahash {
namespace {

/// struct crypto_hash_walk: where in a scatterlist an operation is. A step gives what lies in one
/// page.
class HashWalk {
 public:
  const std::uint8_t* data() const noexcept { return data_; }
  /// Whether this step is the last.
  bool last() const noexcept { return entry_left_ == 0 && total_left_ == 0; }

  /// crypto_hash_walk_first(): the bytes of the first step, or 0.
  std::uint32_t first(const AhashRequest& request) noexcept {
    total_left_ = request.bytes;
    if (total_left_ == 0) {
      entry_left_ = 0;
      return 0;
    }
    entry_ = request.source;
    flags_ = request.flags;
    return new_entry();
  }

  /// crypto_hash_walk_done() without an error: the bytes of the next step, or 0.
  std::uint32_t next() noexcept {
    data_ -= offset_;
    // crypto_yield() asks this; in softirq no request may sleep, and so none yields.
    if ((flags_ & may_sleep) != 0) asm volatile("");
    if (entry_left_ != 0) {
      offset_ = 0;
      page_ += struct_page_bytes;
      return step();
    }
    if (total_left_ == 0) return 0;
    entry_ = sg_next(entry_);
    return new_entry();
  }

 private:
  std::uint32_t new_entry() noexcept {
    page_ = entry_->page() + entry_->offset / page_bytes * struct_page_bytes;
    offset_ = entry_->offset % page_bytes;
    entry_left_ = std::min(entry_->length, total_left_);
    total_left_ -= entry_left_;
    return step();
  }
  std::uint32_t step() noexcept {
    const std::uint32_t bytes =
        std::min(entry_left_, static_cast<std::uint32_t>(page_bytes) - offset_);
    data_ = address_of(page_) + offset_;
    entry_left_ -= bytes;
    return bytes;
  }

  const std::uint8_t* data_ = nullptr;
  std::uint32_t offset_ = 0;
  std::uint32_t flags_ = 0;
  PageNumber page_ = 0;
  std::uint32_t total_left_ = 0;
  std::uint32_t entry_left_ = 0;
  Scatterlist* entry_ = nullptr;
};

/// prepare_shash_desc().
ShashDesc& prepare_desc(AhashRequest& request, Ahash& tfm) noexcept {
  ShashDesc& desc = request.desc();
  desc.tfm = tfm.shash;
  return desc;
}

/// shash_ahash_update().
Errno update(AhashRequest& request, ShashDesc& desc) noexcept {
  HashWalk walk;
  for (std::uint32_t bytes = walk.first(request); bytes > 0; bytes = walk.next()) {
    if (const Errno e = shash_update(desc, walk.data(), bytes); failed(e)) return e;
  }
  return Errno::ok;
}

/// shash_ahash_finup().
Errno finup(AhashRequest& request, ShashDesc& desc) noexcept {
  HashWalk walk;
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
