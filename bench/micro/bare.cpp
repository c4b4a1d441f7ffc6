// SPDX-License-Identifier: MIT
#include "bench/micro/bare.hpp"

#include <fmt/format.h>
#include <nettle/cmac.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <sodium.h>

#include <memory>

#include "bench/machine/simd_state.hpp"
#include "bench/micro/case.hpp"
#include "bench/micro/message.hpp"
#include "runtime/cores.hpp"

namespace tfm::micro {
namespace {

/// nettle: a keyed context. Its digest function also resets it for the next message.
template <class Context, auto SetKey, auto Update, auto Digest>
struct Nettle {
  Context context;
  explicit Nettle(Bytes key) { SetKey(&context, key.size(), key.data()); }
  bool start() { return true; }
  bool update(Bytes data) {
    Update(&context, data.size(), data.data());
    return true;
  }
  bool final(Mac& mac) {
    Digest(&context, mac.size(), mac.data());
    return true;
  }
};

void cmac_set_key(cmac_aes128_ctx* c, std::size_t, const std::uint8_t* key) {
  cmac_aes128_set_key(c, key);
}
void md5_set_no_key(md5_ctx* c, std::size_t, const std::uint8_t*) { md5_init(c); }

template <const char* Mac_, const char* Parameter, const char* Value>
struct EvpMac {
  EVP_MAC_CTX* context = nullptr;
  bool ok;  ///< an update without a key would read through a null pointer
  explicit EvpMac(Bytes key) {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, Mac_, nullptr);
    context = EVP_MAC_CTX_new(mac);  // nullptr if mac is nullptr
    EVP_MAC_free(mac);
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(Parameter, const_cast<char*>(Value), 0),
        OSSL_PARAM_construct_end()};
    ok = context != nullptr && EVP_MAC_init(context, key.data(), key.size(), parameters) == 1;
  }
  ~EvpMac() { EVP_MAC_CTX_free(context); }
  EvpMac(const EvpMac&) = delete;
  EvpMac& operator=(const EvpMac&) = delete;
  bool start() { return ok && EVP_MAC_init(context, nullptr, 0, nullptr) == 1; }
  bool update(Bytes data) { return EVP_MAC_update(context, data.data(), data.size()) == 1; }
  bool final(Mac& mac) {
    std::uint8_t full[EVP_MAX_MD_SIZE];
    std::size_t length = 0;
    if (EVP_MAC_final(context, full, &length, sizeof full) != 1) return false;
    std::memcpy(mac.data(), full, mac.size());
    return true;
  }
};
constexpr char hmac[] = OSSL_MAC_NAME_HMAC, digest[] = OSSL_MAC_PARAM_DIGEST;
constexpr char cmac[] = OSSL_MAC_NAME_CMAC, cipher[] = OSSL_MAC_PARAM_CIPHER;
constexpr char sha1[] = "SHA1", sha256[] = "SHA256", sha512[] = "SHA512", aes[] = "AES-128-CBC";

struct EvpMd5 {
  EVP_MD* md5 = EVP_MD_fetch(nullptr, "MD5", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  bool ok = md5 != nullptr && context != nullptr;
  explicit EvpMd5(Bytes) {}
  ~EvpMd5() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(md5);
  }
  EvpMd5(const EvpMd5&) = delete;
  EvpMd5& operator=(const EvpMd5&) = delete;
  bool start() { return ok && EVP_DigestInit_ex2(context, md5, nullptr) == 1; }
  bool update(Bytes data) { return EVP_DigestUpdate(context, data.data(), data.size()) == 1; }
  bool final(Mac& mac) {
    std::uint8_t full[16];
    if (EVP_DigestFinal_ex(context, full, nullptr) != 1) return false;
    std::memcpy(mac.data(), full, mac.size());
    return true;
  }
};

/// libsodium's final function zeroes the state, so the keyed state is copied for each packet.
template <class State, auto Init, auto Update, auto Final, std::size_t DigestBytes>
struct Sodium {
  State keyed, running;
  bool ok;
  explicit Sodium(Bytes key) : ok(Init(&keyed, key.data(), key.size()) == 0) {}
  bool start() {
    running = keyed;
    return ok;
  }
  bool update(Bytes data) { return Update(&running, data.data(), data.size()) == 0; }
  bool final(Mac& mac) {
    std::uint8_t full[DigestBytes];
    if (Final(&running, full) != 0) return false;
    std::memcpy(mac.data(), full, mac.size());
    return true;
  }
};
using Blake2b = crypto_generichash_blake2b_state;
int blake2b_init(Blake2b* state, const std::uint8_t* key, std::size_t length) {
  return crypto_generichash_blake2b_init(state, key, length, crypto_generichash_blake2b_BYTES);
}
int blake2b_final(Blake2b* state, std::uint8_t* full) {
  return crypto_generichash_blake2b_final(state, full, crypto_generichash_blake2b_BYTES);
}

template <class Direct>
void packet(benchmark::State& state, const Message& message) {
  pin_to_core(static_cast<unsigned>(state.thread_index()));
  Direct direct(message.key());
  bench::clean_simd();
  for (auto _ : state) {
    Mac mac;
    bool done = direct.start();
    for (const Bytes data : message.updates()) done = done && direct.update(data);
    if (!done || !direct.final(mac)) return skip(state, "the provider failed");
    if (!message.is_right(mac)) return skip(state, "the MAC differs from the reference");
  }
}

struct Entry {
  std::string_view provider, algorithm;
  void (*packet)(benchmark::State&, const Message&);
};

constexpr Entry entries[] = {
    {"nettle", "hmac(sha1)",
     packet<Nettle<hmac_sha1_ctx, hmac_sha1_set_key, hmac_sha1_update, hmac_sha1_digest>>},
    {"nettle", "hmac(sha256)",
     packet<Nettle<hmac_sha256_ctx, hmac_sha256_set_key, hmac_sha256_update, hmac_sha256_digest>>},
    {"nettle", "hmac(sha512)",
     packet<Nettle<hmac_sha512_ctx, hmac_sha512_set_key, hmac_sha512_update, hmac_sha512_digest>>},
    {"nettle", "cmac(aes128)",
     packet<Nettle<cmac_aes128_ctx, cmac_set_key, cmac_aes128_update, cmac_aes128_digest>>},
    {"nettle", "md5", packet<Nettle<md5_ctx, md5_set_no_key, md5_update, md5_digest>>},
    {"openssl", "hmac(sha1)", packet<EvpMac<hmac, digest, sha1>>},
    {"openssl", "hmac(sha256)", packet<EvpMac<hmac, digest, sha256>>},
    {"openssl", "hmac(sha512)", packet<EvpMac<hmac, digest, sha512>>},
    {"openssl", "cmac(aes128)", packet<EvpMac<cmac, cipher, aes>>},
    {"openssl", "md5", packet<EvpMd5>},
    {"sodium", "hmac(sha256)",
     packet<Sodium<crypto_auth_hmacsha256_state, crypto_auth_hmacsha256_init,
                   crypto_auth_hmacsha256_update, crypto_auth_hmacsha256_final, 32>>},
    {"sodium", "hmac(sha512)",
     packet<Sodium<crypto_auth_hmacsha512_state, crypto_auth_hmacsha512_init,
                   crypto_auth_hmacsha512_update, crypto_auth_hmacsha512_final, 64>>},
    {"sodium", "blake2b-256",
     packet<Sodium<Blake2b, blake2b_init, crypto_generichash_blake2b_update, blake2b_final, 32>>},
};

}  // namespace

bool register_bare(const Algorithm& algorithm, std::size_t bytes) {
  for (const Entry& entry : entries) {
    if (entry.provider != algorithm.provider || entry.algorithm != algorithm.name) continue;
    register_case(fmt::format("packet/bare/{}/{}/{}", algorithm.provider, algorithm.name, bytes),
                  [run = entry.packet, message = std::make_shared<const Message>(algorithm, bytes)](
                      benchmark::State& state) { run(state, *message); });
    return true;
  }
  return false;
}

}  // namespace tfm::micro
