// SPDX-License-Identifier: MIT
// nettle's hashes behind the crypto API of Linux 6.12 (api = ahash).
#include "runtime/ahash/ahash.hpp"
#include "runtime/ahash/templates.hpp"
#include "runtime/providers/api_user.hpp"
#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

using ahash::Ahash;
using ahash::AhashRequest;
using ahash::Cipher;
using ahash::HashSizes;
using ahash::Shash;
using ahash::ShashAlg;

using User = ApiUser<AhashRequest>;

Ahash& tfm_of(void* transform) noexcept { return *static_cast<Ahash*>(transform); }

template <ShashAlg& Alg>
Errno transform_init(void* transform, Gfp gfp, Owner owner) noexcept {
  return ahash::ahash_make(tfm_of(transform), Alg, gfp, owner);
}
void transform_exit(void* transform) noexcept { ahash::ahash_exit(tfm_of(transform)); }
Errno transform_clone(void* to, void* from, Owner owner) noexcept {
  return ahash::ahash_clone(tfm_of(to), tfm_of(from), owner);
}
Bytes transform_block(void* transform, unsigned index) noexcept {
  Shash& shash = *tfm_of(transform).shash;
  if (index == 0) return shash_block(shash);
  const ShashAlg& alg = shash.alg();
  return index == 1 && alg.inner_block != nullptr ? alg.inner_block(shash) : Bytes{};
}

Errno setkey(void* transform, Bytes key, Gfp) noexcept {
  return ahash::ahash_setkey(tfm_of(transform), key.data(), static_cast<std::uint32_t>(key.size()));
}

/// `InnerBytes` are those of the shash and of what it wraps.
template <ShashAlg& Alg, HashSizes Sizes, std::size_t DescriptorBytes, std::size_t InnerBytes>
constexpr Algorithm hash(std::string_view name, Template tmpl, std::uint16_t key_bytes) {
  return {
      .name = name,
      .provider = "nettle",
      .api = Api::ahash,
      .tmpl = tmpl,
      .digest_bytes = Sizes.digest_bytes,
      .key_bytes = key_bytes,
      .keyed = key_bytes > 0,
      .flat = true,
      .transform_context_bytes = sizeof(Ahash),
      .transform_inner_bytes = InnerBytes,
      .request_context_bytes = sizeof(AhashRequest) + sizeof(ahash::ShashDesc) + DescriptorBytes,
      .transform_init = transform_init<Alg>,
      .transform_exit = transform_exit,
      .transform_clone = transform_clone,
      .transform_block = transform_block,
      .request_init = User::request_init,
      .setkey = key_bytes > 0 ? setkey : nullptr,
      .init = User::init,
      .update = User::update,
      .final = User::final<Sizes.digest_bytes>};
}

/// Its descriptor holds another: the hash's.
template <ShashAlg& Alg, HashSizes Sizes>
constexpr Algorithm hmac(std::string_view name) {
  constexpr std::size_t descriptor_bytes = sizeof(ahash::ShashDesc) + Sizes.state_bytes;
  constexpr std::size_t inner_bytes =
      sizeof(Shash) + sizeof(Shash*) + 2 * Sizes.state_bytes + sizeof(Shash);
  return hash<Alg, Sizes, descriptor_bytes, inner_bytes>(
      name, Template::hmac, static_cast<std::uint16_t>(Sizes.digest_bytes));
}

constexpr std::size_t cmac_inner_bytes = sizeof(Shash) + sizeof(Cipher*) +
                                         2 * ahash::cmac_sizes.block_bytes + sizeof(Cipher) +
                                         ahash::aes_context_bytes + ahash::aes_align_bytes;

constexpr Algorithm table[] = {
    hmac<ahash::hmac_sha1, ahash::sha1_sizes>("hmac(sha1)"),
    hmac<ahash::hmac_sha256, ahash::sha256_sizes>("hmac(sha256)"),
    hmac<ahash::hmac_sha512, ahash::sha512_sizes>("hmac(sha512)"),
    hash<ahash::cmac_aes128, ahash::cmac_sizes, ahash::cmac_sizes.state_bytes, cmac_inner_bytes>(
        "cmac(aes128)", Template::cmac, ahash::cmac_sizes.block_bytes),
    hash<ahash::md5, ahash::md5_sizes, ahash::md5_sizes.state_bytes, sizeof(Shash)>(
        "md5", Template::none, 0),
};

}  // namespace

std::span<const Algorithm> nettle_ahash_algorithms() noexcept { return table; }

}  // namespace tfm
