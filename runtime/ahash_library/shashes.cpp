// SPDX-License-Identifier: MIT
#include "runtime/ahash_library/shashes.hpp"

#include "runtime/library/aes_cmac.hpp"
#include "runtime/library/hash.hpp"

namespace tfm::ahash_library {
namespace {

template <class T>
T& context(ShashDesc& desc) noexcept {
  return *static_cast<T*>(desc.context());
}
template <class T>
T& key_of(Shash& tfm) noexcept {
  return *static_cast<T*>(tfm.context());
}

/// crypto_hmac_sha1_setkey() and its like.
template <class H>
struct Hmac {
  using Key = library::HmacKey<H>;
  using Context = library::HmacContext<H>;

  static Errno setkey(Shash& tfm, const std::uint8_t* raw, std::uint32_t bytes) noexcept {
    hmac_prepare(key_of<Key>(tfm), raw, bytes);
    return Errno::ok;
  }
  static Errno init(ShashDesc& desc) noexcept {
    hmac_init(context<Context>(desc), key_of<Key>(*desc.tfm));
    return Errno::ok;
  }
  static Errno update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept {
    hmac_update(context<Context>(desc), data, bytes);
    return Errno::ok;
  }
  static Errno final(ShashDesc& desc, std::uint8_t* out) noexcept {
    hmac_final(context<Context>(desc), out);
    return Errno::ok;
  }

  /// An exported state is the hash's context, and a byte that says how much of a block waits.
  static constexpr ShashAlg alg(ahash::Module& module) {
    return {
        .base = {.module = &module, .block_bytes = H::block_bytes, .context_bytes = sizeof(Key)},
        .digest_bytes = H::digest_bytes,
        .state_bytes = sizeof(library::HashContext<H>) + 1,
        .descriptor_bytes = sizeof(Context),
        .init = init,
        .update = update,
        .final = final,
        .setkey = setkey};
  }
};

/// crypto_aes_cmac_setkey() and its like.
Errno cmac_setkey(Shash& tfm, const std::uint8_t* raw, std::uint32_t bytes) noexcept {
  return cmac_prepare(key_of<library::CmacKey>(tfm), raw, bytes);
}
Errno cmac_init(ShashDesc& desc) noexcept {
  library::cmac_init(context<library::CmacContext>(desc), key_of<library::CmacKey>(*desc.tfm));
  return Errno::ok;
}
Errno cmac_update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  library::cmac_update(context<library::CmacContext>(desc), data, bytes);
  return Errno::ok;
}
Errno cmac_final(ShashDesc& desc, std::uint8_t* out) noexcept {
  library::cmac_final(context<library::CmacContext>(desc), out);
  return Errno::ok;
}

/// crypto_md5_init() and its like.
using Md5Context = library::HashContext<library::Md5>;
Errno md5_init(ShashDesc& desc) noexcept {
  hash_init(context<Md5Context>(desc));
  return Errno::ok;
}
Errno md5_update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  hash_update(context<Md5Context>(desc), data, bytes);
  return Errno::ok;
}
Errno md5_final(ShashDesc& desc, std::uint8_t* out) noexcept {
  hash_final(context<Md5Context>(desc), out);
  return Errno::ok;
}

// crypto/sha1.c and its like can be modules.
ahash::Module sha1_module, sha256_module, sha512_module, aes_module, md5_module;

}  // namespace

constinit ShashAlg hmac_sha1 = Hmac<library::Sha1>::alg(sha1_module);
constinit ShashAlg hmac_sha256 = Hmac<library::Sha256>::alg(sha256_module);
constinit ShashAlg hmac_sha512 = Hmac<library::Sha512>::alg(sha512_module);

constinit ShashAlg cmac_aes128 = {.base = {.module = &aes_module,
                                           .block_bytes = library::aes_block_bytes,
                                           .context_bytes = sizeof(library::CmacKey)},
                                  .digest_bytes = library::aes_block_bytes,
                                  .state_bytes = sizeof(library::CmacContext),
                                  .descriptor_bytes = sizeof(library::CmacContext),
                                  .init = cmac_init,
                                  .update = cmac_update,
                                  .final = cmac_final,
                                  .setkey = cmac_setkey};

constinit ShashAlg md5 = {.base = {.module = &md5_module, .block_bytes = library::Md5::block_bytes},
                          .digest_bytes = library::Md5::digest_bytes,
                          .state_bytes = sizeof(Md5Context) + 1,
                          .descriptor_bytes = sizeof(Md5Context),
                          .init = md5_init,
                          .update = md5_update,
                          .final = md5_final};

}  // namespace tfm::ahash_library
