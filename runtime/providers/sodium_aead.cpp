// SPDX-License-Identifier: MIT
// libsodium's AEAD: one call per operation, with the running state on the stack. AES-GCM exists
// only if the CPU has instructions for AES and carry-less multiplication.
#include <sodium.h>

#include <cstring>
#include <memory>

#include "runtime/providers/aead.hpp"
#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

/// libsodium needs a pointer even for 0 bytes.
std::uint8_t* output(const AeadText& text) noexcept {
  static std::uint8_t nothing;
  return text.from.empty() ? &nothing : text.to;
}
const std::uint8_t* input(const AeadText& text) noexcept {
  static constexpr std::uint8_t nothing = 0;
  return text.from.empty() ? &nothing : text.from.data();
}

struct ChachaPoly {
  static constexpr std::uint16_t key_bytes = crypto_aead_chacha20poly1305_ietf_KEYBYTES;
  static constexpr auto encrypt = crypto_aead_chacha20poly1305_ietf_encrypt_detached;
  static constexpr auto decrypt = crypto_aead_chacha20poly1305_ietf_decrypt_detached;
  struct Key {
    std::uint8_t bytes[key_bytes];
  };

  static void set_key(Key& k, const std::uint8_t* key) noexcept {
    std::memcpy(k.bytes, key, key_bytes);
  }
  static const std::uint8_t* argument(const Key& k) noexcept { return k.bytes; }
};

struct Gcm {
  static constexpr std::uint16_t key_bytes = crypto_aead_aes256gcm_KEYBYTES;
  static constexpr auto encrypt = crypto_aead_aes256gcm_encrypt_detached_afternm;
  static constexpr auto decrypt = crypto_aead_aes256gcm_decrypt_detached_afternm;
  using Key = crypto_aead_aes256gcm_state;

  static void set_key(Key& k, const std::uint8_t* key) noexcept {
    crypto_aead_aes256gcm_beforenm(&k, key);
  }
  static const Key* argument(const Key& k) noexcept { return &k; }
};

/// GCM's state needs an alignment of 16 and our blocks have 8, so there is room to move it up.
template <class A>
struct Transform {
  using Key = typename A::Key;
  static constexpr std::size_t padding = alignof(Key) > 8 ? alignof(Key) - 8 : 0;

  Key& key() noexcept {
    void* block = bytes;
    std::size_t space = sizeof bytes;
    return *static_cast<Key*>(std::align(alignof(Key), sizeof(Key), block, space));
  }

  alignas(8) std::uint8_t bytes[sizeof(Key) + padding];
  bool keyed;
};

template <class A>
Errno setkey(void* transform, Bytes key, Gfp) noexcept {
  auto& t = *static_cast<Transform<A>*>(transform);
  t.keyed = key.size() == A::key_bytes;
  if (!t.keyed) return Errno::ekeyrejected;
  A::set_key(t.key(), key.data());
  return Errno::ok;
}

template <class A>
Errno encrypt(void*, void* transform, const AeadText& text, MutableBytes tag) noexcept {
  auto& t = *static_cast<Transform<A>*>(transform);
  if (!t.keyed) return Errno::enokey;
  if (!aead_takes(text, tag.size())) return Errno::einval;
  A::encrypt(output(text), tag.data(), nullptr, input(text), text.from.size(),
             text.associated.data(), text.associated.size(), nullptr, text.nonce.data(),
             A::argument(t.key()));
  return Errno::ok;
}

template <class A>
Errno decrypt(void*, void* transform, const AeadText& text, Bytes tag) noexcept {
  auto& t = *static_cast<Transform<A>*>(transform);
  if (!t.keyed) return Errno::enokey;
  if (!aead_takes(text, tag.size())) return Errno::einval;
  const int differs = A::decrypt(output(text), nullptr, input(text), text.from.size(), tag.data(),
                                 text.associated.data(), text.associated.size(), text.nonce.data(),
                                 A::argument(t.key()));
  return differs == 0 ? Errno::ok : Errno::ebadmsg;
}

template <class A>
constexpr Algorithm aead(Template tmpl, std::string_view name) {
  return {.name = name,
          .provider = "sodium",
          .family = Family::aead,
          .tmpl = tmpl,
          .digest_bytes = aead_tag_bytes,
          .key_bytes = A::key_bytes,
          .nonce_bytes = aead_nonce_bytes,
          .keyed = true,
          .flat = true,
          .transform_context_bytes = sizeof(Transform<A>),
          .request_context_bytes = 0,
          .setkey = setkey<A>,
          .encrypt = encrypt<A>,
          .decrypt = decrypt<A>};
}

constexpr Algorithm table[] = {
    aead<ChachaPoly>(Template::none, "chacha20poly1305"),
    aead<Gcm>(Template::gcm, "gcm(aes256)"),
};

}  // namespace

std::span<const Algorithm> sodium_aead_algorithms() noexcept {
  const std::span<const Algorithm> all = table;
  return crypto_aead_aes256gcm_is_available() == 1 ? all : all.first(1);
}

}  // namespace tfm
