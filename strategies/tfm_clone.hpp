// SPDX-License-Identifier: MIT
// A transform that is cloned for every packet, block by block, as crypto_clone_ahash() does since
// Linux 6.4. A block has the kernel's size on x86-64. With api = ahash the blocks are those of the
// model of the crypto API (runtime/ahash), which clones them itself. With api = flat the block that
// does the work is the provider's transform, and the others are allocated and zeroed around it.
//
//   crypto_clone_ahash()   a keyless transform is not cloned: crypto_tfm_get() adds a user
//     crypto_clone_tfm()     the ahash that wraps an shash
//     crypto_clone_shash()   hmac: the pads, and so the key; cmac: two constants
//       crypto_clone_cipher()  cmac only: the cipher, and so the key
//
// The key is not cloned: setkey must follow. Each clone raises a count that all CPUs share. In the
// kernel, and with api = ahash, crypto_mod_get() raises the algorithm's and the module's; with
// api = flat one count stands for both.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstring>

#include "strategies/pool_contents.hpp"

namespace tfm {

/// In the kernel hmac and cmac have a clone_tfm(), and a keyless hash is shared by one more
/// reference. cryptd has a clone_tfm() too; it is left out because cryptd computes later.
constexpr bool can_be_cloned(const Algorithm& a) noexcept {
  return a.family == Family::hash &&
         (!a.keyed || a.tmpl == Template::hmac || a.tmpl == Template::cmac);
}

/// What clones are made from. The transform's context follows it.
struct MasterTransform {
  /// Blocks of clones, and keyless requests. No decision depends on this count. It stands for the
  /// cost of its cache line, which all CPUs write.
  std::atomic<std::uint32_t> users{0};
  std::uint32_t wrappers = 0;  ///< blocks of a clone around the one that holds the key
  Transform transform;
};

/// A pool's contents: one master for all CPUs. Each CPU finds it where its part would be.
struct PooledMaster {
  using Part = MasterTransform;

  /// Errors: enomem; the transform's own. On failure nothing is held.
  static Result<PoolParts> make(unsigned, const Algorithm& a) noexcept {
    void* memory = gfp_alloc(offsetof(MasterTransform, transform) + Transform::bytes(a),
                             Gfp::kernel, Owner::shared);
    if (memory == nullptr) return error(Errno::enomem);
    auto* master = ::new (memory) MasterTransform;
    const bool clones_itself = a.transform_clone != nullptr;
    master->wrappers = !a.keyed || clones_itself ? 0 : a.tmpl == Template::cmac ? 2 : 1;
    const Errno e = transform_attach(&master->transform, a, Gfp::kernel, Owner::shared);
    if (!failed(e)) return PoolParts{static_cast<std::uint8_t*>(memory), 0};
    gfp_free(memory);
    return error(e);
  }

  static void destroy(const PoolParts& parts, unsigned) noexcept {
    transform_detach(reinterpret_cast<MasterTransform*>(parts.first)->transform);
    gfp_free(parts.first);
  }
};

/// A handle; free() ends it.
class TfmClone {
 public:
  /// In atomic context. Errors: enomem, the provider's; then nothing is held.
  Errno make(MasterTransform& master) noexcept {
    master_ = &master;
    transform_ = &master.transform;
    wrappers_ = 0;
    if (!master.transform.algorithm->keyed) {
      get();
      return Errno::ok;
    }
    while (wrappers_ < master.wrappers) {
      void* block = gfp_alloc(wrapper_bytes[wrappers_], Gfp::atomic, Owner::request);
      if (block == nullptr) {
        free_wrappers();
        return Errno::enomem;
      }
      std::memset(block, 0, wrapper_bytes[wrappers_]);  // crypto_alloc_tfmmem(): kzalloc_node()
      blocks_[wrappers_++] = block;
      get();
    }
    const auto keyed = transform_clone(master.transform, Owner::request);
    if (!keyed) {
      free_wrappers();
      return keyed.error();
    }
    transform_ = *keyed;
    if (!clones_itself()) get();
    return Errno::ok;
  }

  /// A clone has no key until it is set.
  Transform& transform() noexcept { return *transform_; }

  void free() noexcept {
    const bool counted = is_shared() || !clones_itself();
    if (!is_shared()) transform_free(transform_);
    if (counted) put();
    free_wrappers();
  }

 private:
  static constexpr unsigned most_wrappers = 2;
  /// 56: crypto_ahash up to its tfm (16), struct crypto_tfm (32), the shash's address (8). 80:
  /// crypto_shash likewise (8 + 32), struct cmac_tfm_ctx (8 + 2 × 16).
  static constexpr std::size_t wrapper_bytes[most_wrappers] = {56, 80};

  bool is_shared() const noexcept { return transform_ == &master_->transform; }
  bool clones_itself() const noexcept {
    return master_->transform.algorithm->transform_clone != nullptr;
  }
  void get() noexcept { master_->users.fetch_add(1, std::memory_order_relaxed); }
  void put() noexcept { master_->users.fetch_sub(1, std::memory_order_release); }

  void free_wrappers() noexcept {
    while (wrappers_ > 0) {
      --wrappers_;
      gfp_free_sensitive(blocks_[wrappers_], wrapper_bytes[wrappers_]);
      put();
    }
  }

  MasterTransform* master_;
  Transform* transform_;
  unsigned wrappers_;
  void* blocks_[most_wrappers];
};

}  // namespace tfm
