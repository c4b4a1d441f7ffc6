// SPDX-License-Identifier: MIT
// OpenSSL 3.0 through EVP, as applications use it. EVP has no request apart from its transform: a
// keyed EVP_MAC_CTX is both. init() starts it again in place with the key it has. So one transform
// serves one operation at a time. What EVP allocates inside, also per packet, goes through gfp.
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstring>

#include "runtime/providers/openssl_evp.hpp"
#include "runtime/providers/openssl_fetched.hpp"
#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

void* noted(void* block) noexcept {
  if (block == nullptr) allocation_refused = true;
  return block;
}

// The hooks (CRYPTO_set_mem_functions(3)). For 0 bytes they return nullptr, as CRYPTO_malloc()
// does.
void* hook_malloc(std::size_t bytes, const char*, int) noexcept {
  if (bytes == 0) return nullptr;
  const GfpScope scope = gfp_scope();
  return noted(gfp_alloc(bytes, scope.gfp, scope.owner));
}
void* hook_realloc(void* block, std::size_t bytes, const char*, int) noexcept {
  if (bytes == 0) {
    gfp_free(block);
    return nullptr;
  }
  const GfpScope scope = gfp_scope();
  return noted(gfp_realloc(block, bytes, scope.gfp, scope.owner));
}
void hook_free(void* block, const char*, int) noexcept { gfp_free(block); }

/// A MAC as EVP names it: which EVP_MAC, and the parameter that completes it. EVP compares the
/// parameter's name some ten times per context. glibc's strcmp() is slow if a text crosses a page:
/// with cmac a packet of per_request_key then takes 13 % longer. So the texts are aligned.
template <EVP_MAC* OpensslFetched::*Fetched, std::size_t DigestBytes>
struct MacOf {
  static EVP_MAC* of(const OpensslFetched& all) noexcept { return all.*Fetched; }
  static constexpr std::uint16_t digest_bytes = DigestBytes;
};
struct HmacSha1 : MacOf<&OpensslFetched::hmac, 20> {
  alignas(64) static constexpr char parameter[] = OSSL_MAC_PARAM_DIGEST, value[] = "SHA1";
};
struct HmacSha256 : MacOf<&OpensslFetched::hmac, 32> {
  alignas(64) static constexpr char parameter[] = OSSL_MAC_PARAM_DIGEST, value[] = "SHA256";
};
struct HmacSha512 : MacOf<&OpensslFetched::hmac, 64> {
  alignas(64) static constexpr char parameter[] = OSSL_MAC_PARAM_DIGEST, value[] = "SHA512";
};
struct CmacAes128 : MacOf<&OpensslFetched::cmac, 16> {
  alignas(64) static constexpr char parameter[] = OSSL_MAC_PARAM_CIPHER, value[] = "AES-128-CBC";
  static constexpr std::size_t only_key_bytes = 16;
};

struct MacTransform {
  EVP_MAC_CTX* evp;  ///< nullptr after a failed setkey()
  bool keyed;
  Owner owner;  ///< of all that the context ever allocates
};

/// Makes a context without a key. On failure there is no context.
template <class M>
Errno mac_context_new(MacTransform& t) noexcept {
  const Errno e = evp([&] {
    const OpensslFetched* fetched = openssl_fetched();
    if (fetched == nullptr || (t.evp = EVP_MAC_CTX_new(M::of(*fetched))) == nullptr) return false;
    // The parameter's type has no const; EVP only reads.
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(M::parameter, const_cast<char*>(M::value), 0),
        OSSL_PARAM_construct_end()};
    return EVP_MAC_CTX_set_params(t.evp, parameters) == 1;
  });
  if (failed(e)) {
    EVP_MAC_CTX_free(t.evp);
    t.evp = nullptr;
  }
  return e;
}

template <class M>
Errno mac_transform_init(void* transform, Gfp gfp, Owner owner) noexcept {
  auto& t = *static_cast<MacTransform*>(transform);
  t = {nullptr, false, owner};
  const WithGfpScope scope(gfp, owner);
  return mac_context_new<M>(t);
}

void mac_transform_exit(void* transform) noexcept {
  EVP_MAC_CTX_free(static_cast<MacTransform*>(transform)->evp);
}

template <class M>
Errno mac_setkey(void* transform, Bytes key, Gfp gfp) noexcept {
  auto& t = *static_cast<MacTransform*>(transform);
  t.keyed = false;
  if constexpr (requires { M::only_key_bytes; }) {
    if (key.size() != M::only_key_bytes) return Errno::ekeyrejected;
  }
  static constexpr std::uint8_t empty = 0;  // EVP keeps the old key if the pointer is null
  const WithGfpScope scope(gfp, t.owner);
  if (t.evp == nullptr) {
    if (const Errno e = mac_context_new<M>(t); failed(e)) return e;
  }
  const Errno e = evp([&] {
    return EVP_MAC_init(t.evp, key.empty() ? &empty : key.data(), key.size(), nullptr) == 1;
  });
  t.keyed = !failed(e);
  if (failed(e)) {  // OpenSSL 3.0 crashes when it keys CMAC again after a refused allocation
    EVP_MAC_CTX_free(t.evp);
    t.evp = nullptr;
  }
  return e;
}

// EVP allocates the states of the running digests again when an operation begins and ends, and
// keeps them until the next operation. So these are atomic allocations, charged to the transform's
// owner. Updates allocate nothing.
Errno mac_init(void*, void* transform) noexcept {
  auto& t = *static_cast<MacTransform*>(transform);
  if (!t.keyed) return Errno::enokey;
  const WithGfpScope scope(Gfp::atomic, t.owner);
  return evp([&] { return EVP_MAC_init(t.evp, nullptr, 0, nullptr) == 1; });
}

Errno mac_update(void*, void* transform, Bytes data) noexcept {
  const auto& t = *static_cast<const MacTransform*>(transform);
  return evp([&] { return EVP_MAC_update(t.evp, data.data(), data.size()) == 1; });
}

template <class M>
Errno mac_final(void*, void* transform, MutableBytes digest) noexcept {
  auto& t = *static_cast<MacTransform*>(transform);
  const WithGfpScope scope(Gfp::atomic, t.owner);
  std::uint8_t full[M::digest_bytes];
  std::size_t length = 0;
  const Errno e = evp([&] { return EVP_MAC_final(t.evp, full, &length, sizeof full) == 1; });
  if (failed(e)) return e;
  std::memcpy(digest.data(), full, digest.size());
  return Errno::ok;
}

// MD5 has no key, so its EVP_MD_CTX belongs to the request.
struct DigestRequest {
  EVP_MD_CTX* evp;
  Owner owner;  ///< as MacTransform's
};

Errno md5_request_init(void* request, Gfp gfp, Owner owner) noexcept {
  auto& r = *static_cast<DigestRequest*>(request);
  r.owner = owner;
  const WithGfpScope scope(gfp, owner);
  return evp([&] { return (r.evp = EVP_MD_CTX_new()) != nullptr; });
}

void md5_request_exit(void* request) noexcept {
  EVP_MD_CTX_free(static_cast<DigestRequest*>(request)->evp);
}

Errno md5_init(void* request, void*) noexcept {
  auto& r = *static_cast<DigestRequest*>(request);
  const WithGfpScope scope(Gfp::atomic, r.owner);
  return evp([&] {
    const OpensslFetched* fetched = openssl_fetched();
    return fetched != nullptr && EVP_DigestInit_ex2(r.evp, fetched->md5, nullptr) == 1;
  });
}

Errno md5_update(void* request, void*, Bytes data) noexcept {
  const auto& r = *static_cast<const DigestRequest*>(request);
  return evp([&] { return EVP_DigestUpdate(r.evp, data.data(), data.size()) == 1; });
}

Errno md5_final(void* request, void*, MutableBytes digest) noexcept {
  auto& r = *static_cast<DigestRequest*>(request);
  const WithGfpScope scope(Gfp::atomic, r.owner);
  std::uint8_t full[16];
  const Errno e = evp([&] { return EVP_DigestFinal_ex(r.evp, full, nullptr) == 1; });
  if (failed(e)) return e;
  std::memcpy(digest.data(), full, digest.size());
  return Errno::ok;
}

template <class M>
constexpr Algorithm mac(Template tmpl, std::string_view name) {
  return {.name = name,
          .provider = "openssl",
          .tmpl = tmpl,
          .digest_bytes = M::digest_bytes,
          .key_bytes = M::digest_bytes,  // CMAC's key is as long as its MAC
          .keyed = true,
          .flat = false,
          .transform_context_bytes = sizeof(MacTransform),
          .request_context_bytes = 0,
          .transform_init = mac_transform_init<M>,
          .transform_exit = mac_transform_exit,
          .setkey = mac_setkey<M>,
          .init = mac_init,
          .update = mac_update,
          .final = mac_final<M>};
}

constexpr Algorithm table[] = {
    mac<HmacSha1>(Template::hmac, "hmac(sha1)"),
    mac<HmacSha256>(Template::hmac, "hmac(sha256)"),
    mac<HmacSha512>(Template::hmac, "hmac(sha512)"),
    mac<CmacAes128>(Template::cmac, "cmac(aes128)"),
    {.name = "md5",
     .provider = "openssl",
     .digest_bytes = 16,
     .key_bytes = 0,
     .keyed = false,
     .flat = false,
     .transform_context_bytes = 0,
     .request_context_bytes = sizeof(DigestRequest),
     .request_init = md5_request_init,
     .request_exit = md5_request_exit,
     .init = md5_init,
     .update = md5_update,
     .final = md5_final},
};

/// Runs one operation, so that what OpenSSL makes at first use exists before anything is measured.
/// All of it is charged to Owner::shared.
Errno hash_once(const Algorithm& a) noexcept {
  alignas(16) std::uint8_t transform[sizeof(MacTransform)];
  alignas(16) std::uint8_t request[sizeof(DigestRequest)];
  std::uint8_t bytes[max_digest_bytes] = {};
  auto hash = [&]() noexcept {
    if (a.keyed) {
      const Errno e = a.setkey(transform, {bytes, a.key_bytes}, Gfp::kernel);
      if (failed(e)) return e;
    }
    Errno e = a.init(request, transform);
    if (!failed(e)) e = a.update(request, transform, Bytes(bytes));
    return failed(e) ? e : a.final(request, transform, {bytes, a.digest_bytes});
  };
  Errno e = a.keyed ? a.transform_init(transform, Gfp::kernel, Owner::shared)
                    : a.request_init(request, Gfp::kernel, Owner::shared);
  if (failed(e)) return e;
  e = hash();
  a.keyed ? a.transform_exit(transform) : a.request_exit(request);
  return e;
}

}  // namespace

std::span<const Algorithm> openssl_algorithms() noexcept { return table; }

Errno openssl_init() noexcept {
  // OpenSSL refuses the hooks once it has allocated anything. Its memory would then not be counted.
  if (CRYPTO_set_mem_functions(hook_malloc, hook_realloc, hook_free) != 1) return Errno::eproto;
  if (const Errno e = openssl_fetch(); failed(e)) return e;
  const WithGfpScope scope(Gfp::kernel, Owner::shared);
  for (const Algorithm& a : table) {
    if (const Errno e = hash_once(a); failed(e)) return e;
  }
  return openssl_aead_init();
}

}  // namespace tfm
