// SPDX-License-Identifier: MIT
// libsodium: flat blocks too. HMAC is split as in nettle.cpp. Keyed BLAKE2b has no halves: its
// transform is a state with the key as its first block, and a request is a copy of that state.
#include <sodium.h>

#include <cstddef>
#include <cstring>
#include <memory>
#include <type_traits>

#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

/// One of libsodium's two HMACs: the keyed state (two halves, `ictx` and `octx`) and the hash.
template <class Halves, class Hash, auto SetKey, auto Update, auto Final, std::size_t DigestBytes>
struct HmacOf {
  using halves = Halves;
  using hash = Hash;
  static constexpr auto set_key = SetKey;
  static constexpr auto update = Update;
  static constexpr auto final = Final;
  static constexpr std::uint16_t digest_bytes = DigestBytes;
};

/// Starts `running` from a keyed half. The padded key is one whole block, so the half's buffer is
/// empty and needs no copy.
template <class Hash>
void resume(Hash& running, const Hash& keyed) noexcept {
  static_assert(std::is_trivially_copyable_v<Hash>);
  std::memcpy(static_cast<void*>(&running), &keyed, offsetof(Hash, buf));
}

// A new transform is zeros. A keyed half has hashed one block, so its count is not 0.
bool keyed(const crypto_hash_sha256_state& half) noexcept { return half.count != 0; }
bool keyed(const crypto_hash_sha512_state& half) noexcept { return half.count[1] != 0; }

template <class H>
Errno hmac_setkey(void* transform, Bytes key, Gfp) noexcept {
  static constexpr std::uint8_t empty = 0;  // libsodium needs a pointer even for 0 bytes
  H::set_key(static_cast<typename H::halves*>(transform), key.empty() ? &empty : key.data(),
             key.size());
  return Errno::ok;
}

template <class H>
Errno hmac_init(void* request, void* transform) noexcept {
  const auto& k = *static_cast<const typename H::halves*>(transform);
  if (!keyed(k.ictx)) return Errno::enokey;
  resume(*static_cast<typename H::hash*>(request), k.ictx);
  return Errno::ok;
}

template <class H>
Errno hmac_update(void* request, void*, Bytes data) noexcept {
  H::update(static_cast<typename H::hash*>(request), data.data(), data.size());
  return Errno::ok;
}

template <class H>
Errno hmac_final(void* request, void* transform, MutableBytes digest) noexcept {
  auto& running = *static_cast<typename H::hash*>(request);
  std::uint8_t full[H::digest_bytes];
  H::final(&running, full);
  resume(running, static_cast<const typename H::halves*>(transform)->octx);
  H::update(&running, full, sizeof full);
  H::final(&running, full);
  std::memcpy(digest.data(), full, digest.size());
  return Errno::ok;
}

constexpr std::uint16_t blake2b_digest_bytes = crypto_generichash_blake2b_BYTES;
constexpr std::uint16_t blake2b_key_bytes = crypto_generichash_blake2b_KEYBYTES;
using Blake2b = crypto_generichash_blake2b_state;

/// The state needs an alignment of 64 and our blocks have 8, so there is room to move it up.
constexpr std::size_t blake2b_request_bytes = sizeof(Blake2b) + alignof(Blake2b) - 8;

Blake2b* aligned(void* block) noexcept {
  std::size_t space = blake2b_request_bytes;
  return static_cast<Blake2b*>(std::align(alignof(Blake2b), sizeof(Blake2b), block, space));
}

/// Kept as bytes: the state is only copied from here, so it needs no alignment.
struct Blake2bKey {
  std::uint8_t initial[sizeof(Blake2b)];
  bool keyed;
};

Errno blake2b_setkey(void* transform, Bytes key, Gfp) noexcept {
  auto& k = *static_cast<Blake2bKey*>(transform);
  k.keyed = false;
  if (key.size() != blake2b_key_bytes) return Errno::ekeyrejected;
  Blake2b state;
  crypto_generichash_blake2b_init(&state, key.data(), key.size(), blake2b_digest_bytes);
  std::memcpy(k.initial, &state, sizeof state);
  sodium_memzero(&state, sizeof state);
  k.keyed = true;
  return Errno::ok;
}

/// An operation that stops early leaves the key's block in the state.
void blake2b_request_exit(void* request) noexcept {
  sodium_memzero(request, blake2b_request_bytes);
}

Errno blake2b_init(void* request, void* transform) noexcept {
  const auto& k = *static_cast<const Blake2bKey*>(transform);
  if (!k.keyed) return Errno::enokey;
  std::memcpy(aligned(request), k.initial, sizeof k.initial);
  return Errno::ok;
}

Errno blake2b_update(void* request, void*, Bytes data) noexcept {
  crypto_generichash_blake2b_update(aligned(request), data.data(), data.size());
  return Errno::ok;
}

Errno blake2b_final(void* request, void*, MutableBytes digest) noexcept {
  std::uint8_t full[blake2b_digest_bytes];
  crypto_generichash_blake2b_final(aligned(request), full, sizeof full);
  std::memcpy(digest.data(), full, digest.size());
  return Errno::ok;
}

template <class H>
constexpr Algorithm hmac(std::string_view name) {
  return {.name = name,
          .provider = "sodium",
          .tmpl = Template::hmac,
          .digest_bytes = H::digest_bytes,
          .key_bytes = H::digest_bytes,
          .keyed = true,
          .flat = true,
          .transform_context_bytes = sizeof(typename H::halves),
          .request_context_bytes = sizeof(typename H::hash),
          .setkey = hmac_setkey<H>,
          .init = hmac_init<H>,
          .update = hmac_update<H>,
          .final = hmac_final<H>};
}

using Sha256 =
    HmacOf<crypto_auth_hmacsha256_state, crypto_hash_sha256_state, crypto_auth_hmacsha256_init,
           crypto_hash_sha256_update, crypto_hash_sha256_final, crypto_hash_sha256_BYTES>;
using Sha512 =
    HmacOf<crypto_auth_hmacsha512_state, crypto_hash_sha512_state, crypto_auth_hmacsha512_init,
           crypto_hash_sha512_update, crypto_hash_sha512_final, crypto_hash_sha512_BYTES>;

constexpr Algorithm table[] = {
    hmac<Sha256>("hmac(sha256)"),
    hmac<Sha512>("hmac(sha512)"),
    {.name = "blake2b-256",
     .provider = "sodium",
     .digest_bytes = blake2b_digest_bytes,
     .key_bytes = blake2b_key_bytes,
     .keyed = true,
     .flat = true,
     .transform_context_bytes = sizeof(Blake2bKey),
     .request_context_bytes = blake2b_request_bytes,
     .request_exit = blake2b_request_exit,
     .setkey = blake2b_setkey,
     .init = blake2b_init,
     .update = blake2b_update,
     .final = blake2b_final},
};

}  // namespace

std::span<const Algorithm> sodium_algorithms() noexcept { return table; }

Errno sodium_init_once() noexcept {
  return sodium_init() >= 0 ? Errno::ok : Errno::eproto;  // 0 the first time, 1 afterwards
}

}  // namespace tfm
