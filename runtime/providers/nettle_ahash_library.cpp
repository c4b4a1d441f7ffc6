// SPDX-License-Identifier: MIT
// nettle's hashes as Linux 7.x has its own: plain functions (api = library, what users of the
// kernel's library call), and the crypto API over the same functions (api = ahash_library).
#include "runtime/ahash_library/ahash.hpp"
#include "runtime/ahash_library/shashes.hpp"
#include "runtime/library/aes_cmac.hpp"
#include "runtime/library/hash.hpp"
#include "runtime/library/memory.hpp"
#include "runtime/providers/api_user.hpp"
#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

using ahash_library::Ahash;
using ahash_library::AhashRequest;
using ahash_library::Shash;
using ahash_library::ShashAlg;
using ahash_library::ShashDesc;
using library::CmacContext;
using library::CmacKey;
using library::HashContext;
using library::HmacContext;
using library::HmacKey;
using User = ApiUser<AhashRequest>;

template <class T>
T& as(void* block) noexcept {
  return *static_cast<T*>(block);
}

// The API over the library.

template <ShashAlg& Alg>
Errno transform_init(void* transform, Gfp gfp, Owner owner) noexcept {
  return ahash_make(as<Ahash>(transform), Alg, gfp, owner);
}
void transform_exit(void* transform) noexcept { ahash_exit(as<Ahash>(transform)); }
Bytes transform_block(void* transform, unsigned index) noexcept {
  return index == 0 ? shash_block(*as<Ahash>(transform).shash) : Bytes{};
}
Errno api_setkey(void* transform, Bytes key, Gfp) noexcept {
  return ahash_setkey(as<Ahash>(transform), key.data(), static_cast<std::uint32_t>(key.size()));
}

// The library alone. A new transform is zeros, which are no key.

/// A key's chaining value may have a word of 0, so all are looked at then.
template <class H>
bool keyed(const HmacKey<H>& key) noexcept {
  for (const auto word : key.inner) {
    if (word != 0) [[likely]]
      return true;
  }
  return false;
}

/// Users write as much of a whole digest as is sent.
template <std::size_t DigestBytes, class Final>
inline Errno leftmost(MutableBytes digest, Final&& final) noexcept {
  std::uint8_t whole[DigestBytes];
  final(whole);
  library::copy(digest.data(), whole, digest.size());
  return Errno::ok;
}

template <class H>
struct Hmac {
  using Key = HmacKey<H>;
  using Context = HmacContext<H>;

  static Errno setkey(void* transform, Bytes key, Gfp) noexcept {
    hmac_prepare(as<Key>(transform), key.data(), key.size());
    return Errno::ok;
  }
  static Errno init(void* request, void* transform) noexcept {
    const auto& key = as<Key>(transform);
    if (!keyed(key)) return Errno::enokey;
    hmac_init(as<Context>(request), key);
    return Errno::ok;
  }
  static Errno update(void* request, void*, Bytes data) noexcept {
    hmac_update(as<Context>(request), data.data(), data.size());
    return Errno::ok;
  }
  static Errno final(void* request, void*, MutableBytes digest) noexcept {
    return leftmost<H::digest_bytes>(
        digest, [&](std::uint8_t* whole) { hmac_final(as<Context>(request), whole); });
  }
};

struct Cmac {
  using Key = CmacKey;
  using Context = CmacContext;

  static Errno setkey(void* transform, Bytes key, Gfp) noexcept {
    auto& own = as<Key>(transform);
    own.aes.key_bytes = 0;
    return cmac_prepare(own, key.data(), key.size());
  }
  static Errno init(void* request, void* transform) noexcept {
    const auto& key = as<Key>(transform);
    if (key.aes.key_bytes == 0) return Errno::enokey;
    cmac_init(as<Context>(request), key);
    return Errno::ok;
  }
  static Errno update(void* request, void*, Bytes data) noexcept {
    cmac_update(as<Context>(request), data.data(), data.size());
    return Errno::ok;
  }
  static Errno final(void* request, void*, MutableBytes digest) noexcept {
    return leftmost<library::aes_block_bytes>(
        digest, [&](std::uint8_t* whole) { cmac_final(as<Context>(request), whole); });
  }
};

struct Md5 {
  using Context = HashContext<library::Md5>;

  static Errno init(void* request, void*) noexcept {
    hash_init(as<Context>(request));
    return Errno::ok;
  }
  static Errno update(void* request, void*, Bytes data) noexcept {
    hash_update(as<Context>(request), data.data(), data.size());
    return Errno::ok;
  }
  static Errno final(void* request, void*, MutableBytes digest) noexcept {
    return leftmost<library::Md5::digest_bytes>(
        digest, [&](std::uint8_t* whole) { hash_final(as<Context>(request), whole); });
  }
};

/// What both forms of an algorithm have.
constexpr Algorithm named(std::string_view name, Template tmpl, std::size_t digest_bytes,
                          std::size_t key_bytes) {
  return {.name = name,
          .provider = "nettle",
          .tmpl = tmpl,
          .digest_bytes = static_cast<std::uint16_t>(digest_bytes),
          .key_bytes = static_cast<std::uint16_t>(key_bytes),
          .keyed = key_bytes > 0,
          .flat = true};
}

template <class Functions>
constexpr Algorithm plain(Algorithm a) {
  a.api = Api::library;
  a.final_zeroes = true;
  a.request_context_bytes = sizeof(typename Functions::Context);
  if constexpr (requires { Functions::setkey; }) {
    a.transform_context_bytes = sizeof(typename Functions::Key);
    a.setkey = Functions::setkey;
  }
  a.init = Functions::init;
  a.update = Functions::update;
  a.final = Functions::final;
  return a;
}

template <ShashAlg& Alg, std::size_t DigestBytes, class Functions>
constexpr Algorithm behind_api(Algorithm a) {
  a.api = Api::ahash_library;
  a.transform_context_bytes = sizeof(Ahash);
  a.transform_inner_bytes = sizeof(Shash);
  if constexpr (requires { Functions::setkey; }) {
    a.transform_inner_bytes += sizeof(typename Functions::Key);
    a.setkey = api_setkey;
  }
  a.request_context_bytes =
      sizeof(AhashRequest) + sizeof(ShashDesc) + sizeof(typename Functions::Context);
  a.transform_init = transform_init<Alg>;
  a.transform_exit = transform_exit;
  a.transform_block = transform_block;
  a.request_init = User::request_init;
  a.init = User::init;
  a.update = User::update;
  a.final = User::final<DigestBytes>;
  return a;
}

template <class H>
constexpr Algorithm hmac_of(std::string_view name) {
  return named(name, Template::hmac, H::digest_bytes, H::digest_bytes);
}
constexpr Algorithm cmac =
    named("cmac(aes128)", Template::cmac, library::aes_block_bytes, library::aes128_key_bytes);
constexpr Algorithm md5 = named("md5", Template::none, library::Md5::digest_bytes, 0);

using library::Sha1;
using library::Sha256;
using library::Sha512;

constexpr Algorithm library_table[] = {
    plain<Hmac<Sha1>>(hmac_of<Sha1>("hmac(sha1)")),
    plain<Hmac<Sha256>>(hmac_of<Sha256>("hmac(sha256)")),
    plain<Hmac<Sha512>>(hmac_of<Sha512>("hmac(sha512)")),
    plain<Cmac>(cmac),
    plain<Md5>(md5),
};

template <class H, ShashAlg& Alg>
constexpr Algorithm hmac_behind_api(std::string_view name) {
  return behind_api<Alg, H::digest_bytes, Hmac<H>>(hmac_of<H>(name));
}
constexpr Algorithm api_table[] = {
    hmac_behind_api<Sha1, ahash_library::hmac_sha1>("hmac(sha1)"),
    hmac_behind_api<Sha256, ahash_library::hmac_sha256>("hmac(sha256)"),
    hmac_behind_api<Sha512, ahash_library::hmac_sha512>("hmac(sha512)"),
    behind_api<ahash_library::cmac_aes128, library::aes_block_bytes, Cmac>(cmac),
    behind_api<ahash_library::md5, library::Md5::digest_bytes, Md5>(md5),
};

}  // namespace

std::span<const Algorithm> nettle_library_algorithms() noexcept { return library_table; }
std::span<const Algorithm> nettle_ahash_library_algorithms() noexcept { return api_table; }

}  // namespace tfm
