// SPDX-License-Identifier: MIT
// nettle: flat blocks. It is the provider most like the kernel, and the default. A transform is the
// two keyed halves of HMAC (or CMAC's subkeys and cipher). A request is one running state.
#include <nettle/cmac.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <cstddef>
#include <cstring>

#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

/// A nettle hash: its state and its two functions. They are known at compile time, so that they can
/// be inlined into the functions of the table.
template <class State, const nettle_hash& Hash, auto Update, auto Digest>
struct HashOf {
  using state = State;
  static constexpr auto update = Update;
  static constexpr auto digest = Digest;
  static const nettle_hash& hash() noexcept { return Hash; }
};

template <class H>
struct HmacKey {
  typename H::state outer, inner;  // after the padded key: RFC 2104 §4's precomputed values
};

/// Starts `running` from a keyed half. The half's buffer is empty, because the padded key is one
/// whole block, so the buffer's bytes need no copy.
template <class State>
void resume(State& running, const State& keyed) noexcept {
  static_assert(std::is_trivially_copyable_v<State>);
  std::memcpy(static_cast<void*>(&running), &keyed, offsetof(State, block));
}

// A new transform is zeros. A keyed half has hashed one block, so its count is not 0.
bool keyed(const sha1_ctx& half) noexcept { return half.count != 0; }
bool keyed(const sha256_ctx& half) noexcept { return half.count != 0; }
bool keyed(const sha512_ctx& half) noexcept { return half.count_low != 0; }

/// RFC 2104 §2. nettle's own hmac_set_key() would also copy a whole state that is not needed here.
template <class H>
Errno hmac_setkey(void* transform, Bytes key, Gfp) noexcept {
  auto& k = *static_cast<HmacKey<H>*>(transform);
  constexpr std::size_t block_bytes = sizeof(k.inner.block);
  std::uint8_t pad[block_bytes] = {};
  if (key.size() > block_bytes) {
    H::hash().init(&k.inner);
    H::update(&k.inner, key.size(), key.data());
    H::digest(&k.inner, H::hash().digest_size, pad);
  } else if (!key.empty()) {
    std::memcpy(pad, key.data(), key.size());
  }
  for (std::uint8_t& byte : pad) byte ^= 0x36;
  H::hash().init(&k.inner);
  H::update(&k.inner, block_bytes, pad);
  for (std::uint8_t& byte : pad) byte ^= 0x36 ^ 0x5c;
  H::hash().init(&k.outer);
  H::update(&k.outer, block_bytes, pad);
  explicit_bzero(pad, sizeof pad);
  return Errno::ok;
}

template <class H>
Errno hmac_init(void* request, void* transform) noexcept {
  const auto& k = *static_cast<const HmacKey<H>*>(transform);
  if (!keyed(k.inner)) return Errno::enokey;
  resume(*static_cast<typename H::state*>(request), k.inner);
  return Errno::ok;
}

template <class H>
Errno hash_update(void* request, void*, Bytes data) noexcept {
  H::update(static_cast<typename H::state*>(request), data.size(), data.data());
  return Errno::ok;
}

template <class H>
Errno hmac_final(void* request, void* transform, MutableBytes digest) noexcept {
  auto& running = *static_cast<typename H::state*>(request);
  std::uint8_t inner[max_digest_bytes];
  const std::size_t size = H::hash().digest_size;
  H::digest(&running, size, inner);
  resume(running, static_cast<HmacKey<H>*>(transform)->outer);
  H::update(&running, size, inner);
  H::digest(&running, digest.size(), digest.data());
  return Errno::ok;
}

template <class H>
Errno hash_init(void* request, void*) noexcept {
  H::hash().init(request);
  return Errno::ok;
}

template <class H>
Errno hash_final(void* request, void*, MutableBytes digest) noexcept {
  H::digest(static_cast<typename H::state*>(request), digest.size(), digest.data());
  return Errno::ok;
}

struct CmacKey {
  cmac128_key subkeys;
  aes128_ctx cipher;
  bool keyed;
};

// nettle's cipher functions take const void*; its AES function takes a typed pointer.
void aes128(const void* cipher, std::size_t length, std::uint8_t* to,
            const std::uint8_t* from) noexcept {
  aes128_encrypt(static_cast<const aes128_ctx*>(cipher), length, to, from);
}

Errno cmac_setkey(void* transform, Bytes key, Gfp) noexcept {
  auto& k = *static_cast<CmacKey*>(transform);
  k.keyed = key.size() == AES128_KEY_SIZE;
  if (!k.keyed) return Errno::ekeyrejected;
  aes128_set_encrypt_key(&k.cipher, key.data());
  cmac128_set_key(&k.subkeys, &k.cipher, aes128);
  return Errno::ok;
}

Errno cmac_init(void* request, void* transform) noexcept {
  if (!static_cast<const CmacKey*>(transform)->keyed) return Errno::enokey;
  cmac128_init(static_cast<cmac128_ctx*>(request));
  return Errno::ok;
}

Errno cmac_update(void* request, void* transform, Bytes data) noexcept {
  const auto& k = *static_cast<const CmacKey*>(transform);
  cmac128_update(static_cast<cmac128_ctx*>(request), &k.cipher, aes128, data.size(), data.data());
  return Errno::ok;
}

Errno cmac_final(void* request, void* transform, MutableBytes digest) noexcept {
  const auto& k = *static_cast<const CmacKey*>(transform);
  cmac128_digest(static_cast<cmac128_ctx*>(request), &k.subkeys, &k.cipher, aes128, digest.size(),
                 digest.data());
  return Errno::ok;
}

template <class H>
constexpr Algorithm hmac(std::string_view name, std::uint16_t digest_bytes) {
  return {.name = name,
          .provider = "nettle",
          .tmpl = Template::hmac,
          .digest_bytes = digest_bytes,
          .key_bytes = digest_bytes,
          .keyed = true,
          .flat = true,
          .transform_context_bytes = sizeof(HmacKey<H>),
          .request_context_bytes = sizeof(typename H::state),
          .setkey = hmac_setkey<H>,
          .init = hmac_init<H>,
          .update = hash_update<H>,
          .final = hmac_final<H>};
}

using Sha1 = HashOf<sha1_ctx, nettle_sha1, sha1_update, sha1_digest>;
using Sha256 = HashOf<sha256_ctx, nettle_sha256, sha256_update, sha256_digest>;
using Sha512 = HashOf<sha512_ctx, nettle_sha512, sha512_update, sha512_digest>;
using Md5 = HashOf<md5_ctx, nettle_md5, md5_update, md5_digest>;

constexpr Algorithm table[] = {
    hmac<Sha1>("hmac(sha1)", SHA1_DIGEST_SIZE),
    hmac<Sha256>("hmac(sha256)", SHA256_DIGEST_SIZE),
    hmac<Sha512>("hmac(sha512)", SHA512_DIGEST_SIZE),
    {.name = "cmac(aes128)",
     .provider = "nettle",
     .tmpl = Template::cmac,
     .digest_bytes = CMAC128_DIGEST_SIZE,
     .key_bytes = AES128_KEY_SIZE,
     .keyed = true,
     .flat = true,
     .transform_context_bytes = sizeof(CmacKey),
     .request_context_bytes = sizeof(cmac128_ctx),
     .setkey = cmac_setkey,
     .init = cmac_init,
     .update = cmac_update,
     .final = cmac_final},
    {.name = "md5",
     .provider = "nettle",
     .digest_bytes = MD5_DIGEST_SIZE,
     .key_bytes = 0,
     .keyed = false,
     .flat = true,
     .transform_context_bytes = 0,
     .request_context_bytes = sizeof(md5_ctx),
     .init = hash_init<Md5>,
     .update = hash_update<Md5>,
     .final = hash_final<Md5>},
};

}  // namespace

std::span<const Algorithm> nettle_algorithms() noexcept { return table; }

}  // namespace tfm
