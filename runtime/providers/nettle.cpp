// SPDX-License-Identifier: MIT
// nettle: flat blocks. It is the provider most like the kernel, and the default. A transform is
// what Linux 7.3's library keeps of a key, and as large: HMAC's two chaining values (struct
// hmac_sha1_key, include/crypto/sha1.h and sha2.h), or CMAC's cipher and subkeys (struct
// aes_cmac_key, include/crypto/aes-cbc-macs.h). A request is one running state.
#include <nettle/cmac.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "runtime/providers/nettle_aes.hpp"
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

using Sha1 = HashOf<sha1_ctx, nettle_sha1, sha1_update, sha1_digest>;
using Sha256 = HashOf<sha256_ctx, nettle_sha256, sha256_update, sha256_digest>;
using Sha512 = HashOf<sha512_ctx, nettle_sha512, sha512_update, sha512_digest>;
using Md5 = HashOf<md5_ctx, nettle_md5, md5_update, md5_digest>;

/// A hash's state after whole blocks (FIPS 180-4's hash value): its words, and no buffer.
template <class H>
struct ChainingValue {
  std::remove_reference_t<decltype(H::state::state[0])>
      words[std::extent_v<decltype(H::state::state)>];
};

/// RFC 2104 §4's precomputed values: after the block key ^ ipad, and after the block key ^ opad.
template <class H>
struct HmacKey {
  ChainingValue<H> inner, outer;
};
static_assert(sizeof(HmacKey<Sha1>) == 40 && sizeof(HmacKey<Sha256>) == 64 &&
              sizeof(HmacKey<Sha512>) == 128);

// One block has been hashed.
void count_one_block(sha1_ctx& running) noexcept { running.count = 1; }
void count_one_block(sha256_ctx& running) noexcept { running.count = 1; }
void count_one_block(sha512_ctx& running) noexcept {
  running.count_low = 1;
  running.count_high = 0;
}

/// Starts `running` from a chaining value. Its buffer is empty, so the buffer's bytes stay as they
/// are.
template <class H>
void resume(typename H::state& running, const ChainingValue<H>& from) noexcept {
  static_assert(std::is_trivially_copyable_v<typename H::state>);
  std::memcpy(running.state, from.words, sizeof from.words);
  count_one_block(running);
  running.index = 0;
}

/// A new transform is zeros. A key's chaining value may have a word of 0, so all are looked at
/// then.
template <class H>
bool keyed(const HmacKey<H>& key) noexcept {
  if (key.inner.words[0] != 0) [[likely]]
    return true;
  return std::ranges::any_of(key.inner.words, [](auto word) { return word != 0; });
}

/// RFC 2104 §2.
template <class H>
Errno hmac_setkey(void* transform, Bytes key, Gfp) noexcept {
  auto& k = *static_cast<HmacKey<H>*>(transform);
  struct Work {
    std::uint8_t pad[sizeof(H::state::block)];
    typename H::state running;
  } work;
  constexpr std::size_t block_bytes = sizeof work.pad;
  std::size_t used = offsetof(Work, running.block);  // whole blocks are not copied to its buffer
  std::memset(work.pad, 0, block_bytes);
  if (key.size() > block_bytes) {
    H::hash().init(&work.running);
    H::update(&work.running, key.size(), key.data());
    H::digest(&work.running, H::hash().digest_size, work.pad);
    used = sizeof work;
  } else if (!key.empty()) {
    std::memcpy(work.pad, key.data(), key.size());
  }
  const auto after = [&](ChainingValue<H>& value) {
    H::hash().init(&work.running);
    H::update(&work.running, block_bytes, work.pad);
    std::memcpy(value.words, work.running.state, sizeof value.words);
  };
  for (std::uint8_t& byte : work.pad) byte ^= 0x36;
  after(k.inner);
  for (std::uint8_t& byte : work.pad) byte ^= 0x36 ^ 0x5c;
  after(k.outer);
  explicit_bzero(&work, used);
  return Errno::ok;
}

template <class H>
Errno hmac_init(void* request, void* transform) noexcept {
  const auto& k = *static_cast<const HmacKey<H>*>(transform);
  if (!keyed(k)) return Errno::enokey;
  resume<H>(*static_cast<typename H::state*>(request), k.inner);
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
  resume<H>(running, static_cast<HmacKey<H>*>(transform)->outer);
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
  Aes128::Key aes;
  cmac128_key subkeys;  ///< the kernel's k_final: for a whole last block, and for a partial one
};
static_assert(sizeof(CmacKey) == 288);

Errno cmac_setkey(void* transform, Bytes key, Gfp) noexcept {
  auto& k = *static_cast<CmacKey*>(transform);
  k.aes.key_bytes = 0;
  if (key.size() != Aes128::key_bytes) return Errno::ekeyrejected;
  k.aes.set(key.data());
  cmac128_set_key(&k.subkeys, &k.aes.schedule, Aes128::encrypt);
  return Errno::ok;
}

Errno cmac_init(void* request, void* transform) noexcept {
  if (static_cast<const CmacKey*>(transform)->aes.key_bytes == 0) return Errno::enokey;
  cmac128_init(static_cast<cmac128_ctx*>(request));
  return Errno::ok;
}

Errno cmac_update(void* request, void* transform, Bytes data) noexcept {
  const auto& k = *static_cast<const CmacKey*>(transform);
  cmac128_update(static_cast<cmac128_ctx*>(request), &k.aes.schedule, Aes128::encrypt, data.size(),
                 data.data());
  return Errno::ok;
}

Errno cmac_final(void* request, void* transform, MutableBytes digest) noexcept {
  const auto& k = *static_cast<const CmacKey*>(transform);
  cmac128_digest(static_cast<cmac128_ctx*>(request), &k.subkeys, &k.aes.schedule, Aes128::encrypt,
                 digest.size(), digest.data());
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

constexpr Algorithm table[] = {
    hmac<Sha1>("hmac(sha1)", SHA1_DIGEST_SIZE),
    hmac<Sha256>("hmac(sha256)", SHA256_DIGEST_SIZE),
    hmac<Sha512>("hmac(sha512)", SHA512_DIGEST_SIZE),
    {.name = "cmac(aes128)",
     .provider = "nettle",
     .tmpl = Template::cmac,
     .digest_bytes = CMAC128_DIGEST_SIZE,
     .key_bytes = Aes128::key_bytes,
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
