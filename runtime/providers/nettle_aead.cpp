// SPDX-License-Identifier: MIT
// nettle's AEAD: flat blocks too. A transform is the cipher's key and what is computed from it once
// (GCM: a hash table of 4 KiB, which no kernel on x86 keeps). A request is the state of one
// operation.
#include <nettle/ccm.h>
#include <nettle/chacha-poly1305.h>
#include <nettle/gcm.h>

#include <cstring>

#include "runtime/bytes.hpp"
#include "runtime/providers/aead.hpp"
#include "runtime/providers/nettle_aes.hpp"
#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

// A mode has two blocks, Key and Running. set_key() sets the key. takes() says whether the lengths
// are allowed. begin() does what comes before the text; encrypt() and decrypt() do the text;
// digest() gives the tag.

template <class Aes>
struct Gcm {
  struct Key {
    gcm_key table;
    typename Aes::Key aes;
    bool keyed;
  };
  using Running = gcm_ctx;
  static constexpr std::uint16_t key_bytes = Aes::key_bytes, nonce_bytes = aead_nonce_bytes;
  static constexpr auto takes = aead_takes;

  static void set_key(Key& k, const std::uint8_t* key) noexcept {
    k.aes.set(key);
    gcm_set_key(&k.table, &k.aes.schedule, Aes::encrypt);
  }
  static void begin(Running& r, const Key& k, const AeadText& text, std::size_t) noexcept {
    gcm_set_iv(&r, &k.table, text.nonce.size(), text.nonce.data());
    gcm_update(&r, &k.table, text.associated.size(), text.associated.data());
  }
  static void encrypt(Running& r, const Key& k, const AeadText& text) noexcept {
    gcm_encrypt(&r, &k.table, &k.aes.schedule, Aes::encrypt, text.from.size(), text.to,
                text.from.data());
  }
  static void decrypt(Running& r, const Key& k, const AeadText& text) noexcept {
    gcm_decrypt(&r, &k.table, &k.aes.schedule, Aes::encrypt, text.from.size(), text.to,
                text.from.data());
  }
  static void digest(Running& r, const Key& k, MutableBytes tag) noexcept {
    gcm_digest(&r, &k.table, &k.aes.schedule, Aes::encrypt, tag.size(), tag.data());
  }
};

struct Ccm {
  /// As large as Linux 7.3's struct aes_ccm_key (include/crypto/aes-ccm.h).
  struct Key {
    Aes128::Key aes;
    alignas(8) bool keyed;  ///< in the kernel the tag's length
  };
  static_assert(sizeof(Key) == 264);
  using Running = ccm_ctx;
  static constexpr std::uint16_t key_bytes = Aes128::key_bytes, nonce_bytes = ccm_nonce_bytes;
  static constexpr auto takes = ccm_takes;

  static void set_key(Key& k, const std::uint8_t* key) noexcept { k.aes.set(key); }
  /// The first authenticated block holds all lengths.
  static void begin(Running& r, const Key& k, const AeadText& text,
                    std::size_t tag_bytes) noexcept {
    ccm_set_nonce(&r, &k.aes.schedule, Aes128::encrypt, text.nonce.size(), text.nonce.data(),
                  text.associated.size(), text.from.size(), tag_bytes);
    ccm_update(&r, &k.aes.schedule, Aes128::encrypt, text.associated.size(),
               text.associated.data());
  }
  static void encrypt(Running& r, const Key& k, const AeadText& text) noexcept {
    ccm_encrypt(&r, &k.aes.schedule, Aes128::encrypt, text.from.size(), text.to, text.from.data());
  }
  static void decrypt(Running& r, const Key& k, const AeadText& text) noexcept {
    ccm_decrypt(&r, &k.aes.schedule, Aes128::encrypt, text.from.size(), text.to, text.from.data());
  }
  static void digest(Running& r, const Key& k, MutableBytes tag) noexcept {
    ccm_digest(&r, &k.aes.schedule, Aes128::encrypt, tag.size(), tag.data());
  }
};

/// ChaCha's state contains its key. An operation runs on a copy, which digest() wipes.
struct ChachaPoly {
  struct Key {
    chacha_ctx cipher;
    bool keyed;
  };
  using Running = chacha_poly1305_ctx;
  static constexpr std::uint16_t key_bytes = CHACHA_POLY1305_KEY_SIZE,
                                 nonce_bytes = aead_nonce_bytes;
  static constexpr auto takes = aead_takes;

  static void set_key(Key& k, const std::uint8_t* key) noexcept { chacha_set_key(&k.cipher, key); }
  static void begin(Running& r, const Key& k, const AeadText& text, std::size_t) noexcept {
    r.chacha = k.cipher;
    chacha_poly1305_set_nonce(&r, text.nonce.data());
    chacha_poly1305_update(&r, text.associated.size(), text.associated.data());
  }
  static void encrypt(Running& r, const Key&, const AeadText& text) noexcept {
    chacha_poly1305_encrypt(&r, text.from.size(), text.to, text.from.data());
  }
  static void decrypt(Running& r, const Key&, const AeadText& text) noexcept {
    chacha_poly1305_decrypt(&r, text.from.size(), text.to, text.from.data());
  }
  static void digest(Running& r, const Key&, MutableBytes tag) noexcept {
    chacha_poly1305_digest(&r, tag.size(), tag.data());
    explicit_bzero(&r.chacha, sizeof r.chacha);
  }
};

template <class M>
Errno setkey(void* transform, Bytes key, Gfp) noexcept {
  auto& k = *static_cast<typename M::Key*>(transform);
  k.keyed = key.size() == M::key_bytes;
  if (!k.keyed) return Errno::ekeyrejected;
  M::set_key(k, key.data());
  return Errno::ok;
}

/// The checks, and what comes before the text.
template <class M>
Errno begin(typename M::Running& r, const typename M::Key& k, const AeadText& text,
            std::size_t tag_bytes) noexcept {
  if (!k.keyed) return Errno::enokey;
  if (!M::takes(text, tag_bytes)) return Errno::einval;
  M::begin(r, k, text, tag_bytes);
  return Errno::ok;
}

template <class M>
Errno encrypt(void* request, void* transform, const AeadText& text, MutableBytes tag) noexcept {
  auto& r = *static_cast<typename M::Running*>(request);
  const auto& k = *static_cast<const typename M::Key*>(transform);
  if (const Errno e = begin<M>(r, k, text, tag.size()); failed(e)) return e;
  if (!text.from.empty()) M::encrypt(r, k, text);
  M::digest(r, k, tag);
  return Errno::ok;
}

template <class M>
Errno decrypt(void* request, void* transform, const AeadText& text, Bytes tag) noexcept {
  auto& r = *static_cast<typename M::Running*>(request);
  const auto& k = *static_cast<const typename M::Key*>(transform);
  if (const Errno e = begin<M>(r, k, text, tag.size()); failed(e)) return e;
  if (!text.from.empty()) M::decrypt(r, k, text);
  std::uint8_t computed[aead_tag_bytes];
  const MutableBytes expected(computed, tag.size());
  M::digest(r, k, expected);
  return equal_constant_time(expected, tag) ? Errno::ok : Errno::ebadmsg;
}

template <class M>
constexpr Algorithm aead(Template tmpl, std::string_view name) {
  return {.name = name,
          .provider = "nettle",
          .family = Family::aead,
          .tmpl = tmpl,
          .digest_bytes = aead_tag_bytes,
          .key_bytes = M::key_bytes,
          .nonce_bytes = M::nonce_bytes,
          .keyed = true,
          .flat = true,
          .transform_context_bytes = sizeof(typename M::Key),
          .request_context_bytes = sizeof(typename M::Running),
          .setkey = setkey<M>,
          .encrypt = encrypt<M>,
          .decrypt = decrypt<M>};
}

constexpr Algorithm table[] = {
    aead<Gcm<Aes128>>(Template::gcm, "gcm(aes128)"),
    aead<Gcm<Aes256>>(Template::gcm, "gcm(aes256)"),
    aead<Ccm>(Template::ccm, "ccm(aes128)"),
    aead<ChachaPoly>(Template::none, "chacha20poly1305"),
};

}  // namespace

std::span<const Algorithm> nettle_aead_algorithms() noexcept { return table; }

}  // namespace tfm
