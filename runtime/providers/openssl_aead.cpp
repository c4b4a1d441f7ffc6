// SPDX-License-Identifier: MIT
// OpenSSL's AEAD through EVP. A keyed EVP_CIPHER_CTX is transform and request in one, as in
// openssl.cpp, so one transform serves one operation at a time.
#include <openssl/evp.h>

#include <cstring>

#include "runtime/providers/aead.hpp"
#include "runtime/providers/openssl_evp.hpp"
#include "runtime/providers/openssl_fetched.hpp"
#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

enum class Way : int { decrypt = 0, encrypt = 1 };

struct AeadTransform {
  EVP_CIPHER_CTX* evp;
  bool keyed;
  Owner owner;  ///< of all that the context ever allocates
};

/// GCM and ChaCha20-Poly1305: a key, once set, serves both encryption and decryption.
template <EVP_CIPHER* OpensslFetched::*Fetched, std::size_t KeyBytes>
struct AnyWay {
  using Transform = AeadTransform;
  static EVP_CIPHER* of(const OpensslFetched& all) noexcept { return all.*Fetched; }
  static constexpr std::uint16_t key_bytes = KeyBytes, nonce_bytes = aead_nonce_bytes;
  static constexpr auto takes = aead_takes;
  static constexpr bool length_first = false;  ///< whether EVP needs the text's length first

  static bool set_key(Transform& t, Bytes key) noexcept {
    return EVP_CipherInit_ex2(t.evp, nullptr, key.data(), nullptr, -1, nullptr) == 1;
  }
  static bool shape(const Transform&, Way, const AeadText&, std::size_t) noexcept { return true; }
};

/// CCM: EVP takes the key for one way (encrypt or decrypt), one nonce length and one tag length.
/// For others it silently computes something else. So the transform sets the key again when one of
/// the three changes.
struct Ccm {
  struct Shape {
    Way way;
    std::size_t nonce_bytes, tag_bytes;
    bool operator==(const Shape&) const = default;
  };
  struct Transform : AeadTransform {
    Shape shape;
    std::uint8_t key[16];
  };
  static EVP_CIPHER* of(const OpensslFetched& all) noexcept { return all.ccm128; }
  static constexpr std::uint16_t key_bytes = sizeof(Transform::key), nonce_bytes = ccm_nonce_bytes;
  static constexpr auto takes = ccm_takes;
  static constexpr bool length_first = true;

  static bool set_key(Transform& t, Bytes key) noexcept {
    std::memcpy(t.key, key.data(), sizeof t.key);
    if (t.shape.tag_bytes == 0) return true;  // the first operation will set the shape
    return EVP_CipherInit_ex2(t.evp, nullptr, t.key, nullptr, static_cast<int>(t.shape.way),
                              nullptr) == 1;
  }
  static bool shape(Transform& t, Way way, const AeadText& text, std::size_t tag_bytes) noexcept {
    const Shape shape{way, text.nonce.size(), tag_bytes};
    if (t.shape == shape) [[likely]]
      return true;
    t.shape = {};
    const bool shaped =
        EVP_CIPHER_CTX_ctrl(t.evp, EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(shape.nonce_bytes),
                            nullptr) == 1 &&
        EVP_CIPHER_CTX_ctrl(t.evp, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_bytes), nullptr) ==
            1 &&
        EVP_CipherInit_ex2(t.evp, nullptr, t.key, nullptr, static_cast<int>(way), nullptr) == 1;
    if (shaped) t.shape = shape;
    return shaped;
  }
};

template <class C>
Errno transform_init(void* transform, Gfp gfp, Owner owner) noexcept {
  auto& t = *static_cast<typename C::Transform*>(transform);
  t = {};
  t.owner = owner;
  const WithGfpScope scope(gfp, owner);
  const Errno e = evp([&] {
    const OpensslFetched* fetched = openssl_fetched();
    if (fetched == nullptr || (t.evp = EVP_CIPHER_CTX_new()) == nullptr) return false;
    return EVP_CipherInit_ex2(t.evp, C::of(*fetched), nullptr, nullptr, 1, nullptr) == 1;
  });
  if (failed(e)) EVP_CIPHER_CTX_free(t.evp);
  return e;
}

template <class C>
void transform_exit(void* transform) noexcept {
  EVP_CIPHER_CTX_free(static_cast<typename C::Transform*>(transform)->evp);
}

template <class C>
Errno setkey(void* transform, Bytes key, Gfp gfp) noexcept {
  auto& t = *static_cast<typename C::Transform*>(transform);
  t.keyed = false;
  if (key.size() != C::key_bytes) return Errno::ekeyrejected;
  const WithGfpScope scope(gfp, t.owner);
  const Errno e = evp([&] { return C::set_key(t, key); });
  t.keyed = !failed(e);
  return e;
}

/// What comes before the text. `tag` is the expected tag, or nullptr.
template <class C>
bool begin(typename C::Transform& t, Way way, const AeadText& text, std::size_t tag_bytes,
           const std::uint8_t* tag) noexcept {
  int length = 0;
  if (!C::shape(t, way, text, tag_bytes)) return false;
  if (EVP_CipherInit_ex2(t.evp, nullptr, nullptr, text.nonce.data(), static_cast<int>(way),
                         nullptr) != 1)
    return false;
  // The parameter's type has no const; EVP only reads.
  if (tag != nullptr &&
      EVP_CIPHER_CTX_ctrl(t.evp, EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_bytes),
                          const_cast<std::uint8_t*>(tag)) != 1)
    return false;
  if (C::length_first &&
      EVP_CipherUpdate(t.evp, nullptr, &length, nullptr, static_cast<int>(text.from.size())) != 1)
    return false;
  return text.associated.empty() ||
         EVP_CipherUpdate(t.evp, nullptr, &length, text.associated.data(),
                          static_cast<int>(text.associated.size())) == 1;
}

/// Processes the text, also an empty one, and ends the operation. Never passes a null pointer: CCM
/// takes that as the end of an operation and reports success without a check.
bool finish(EVP_CIPHER_CTX* evp, const AeadText& text) noexcept {
  static constexpr std::uint8_t no_text = 0;
  std::uint8_t nothing[aead_tag_bytes];
  int length = 0;
  const bool empty = text.from.empty();
  return EVP_CipherUpdate(evp, empty ? nothing : text.to, &length,
                          empty ? &no_text : text.from.data(),
                          static_cast<int>(text.from.size())) == 1 &&
         EVP_CipherFinal_ex(evp, nothing, &length) == 1;
}

template <class C>
Errno encrypt(void*, void* transform, const AeadText& text, MutableBytes tag) noexcept {
  auto& t = *static_cast<typename C::Transform*>(transform);
  if (!t.keyed) return Errno::enokey;
  if (!C::takes(text, tag.size())) return Errno::einval;
  const WithGfpScope scope(Gfp::atomic, t.owner);
  return evp([&] {
    return begin<C>(t, Way::encrypt, text, tag.size(), nullptr) && finish(t.evp, text) &&
           EVP_CIPHER_CTX_ctrl(t.evp, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag.size()),
                               tag.data()) == 1;
  });
}

template <class C>
Errno decrypt(void*, void* transform, const AeadText& text, Bytes tag) noexcept {
  auto& t = *static_cast<typename C::Transform*>(transform);
  if (!t.keyed) return Errno::enokey;
  if (!C::takes(text, tag.size())) return Errno::einval;
  const WithGfpScope scope(Gfp::atomic, t.owner);
  const Errno e = evp([&] { return begin<C>(t, Way::decrypt, text, tag.size(), tag.data()); });
  if (failed(e)) return e;
  if (finish(t.evp, text)) [[likely]]
    return Errno::ok;
  // For a wrong tag CCM leaves an error; the others leave none. Only the text of that error
  // allocates here. If that is refused, the result is still ebadmsg.
  if (ERR_peek_error() != 0) forget_errors();
  return Errno::ebadmsg;
}

template <class C>
constexpr Algorithm aead(Template tmpl, std::string_view name) {
  return {.name = name,
          .provider = "openssl",
          .family = Family::aead,
          .tmpl = tmpl,
          .digest_bytes = aead_tag_bytes,
          .key_bytes = C::key_bytes,
          .nonce_bytes = C::nonce_bytes,
          .keyed = true,
          .flat = false,
          .transform_context_bytes = sizeof(typename C::Transform),
          .request_context_bytes = 0,
          .transform_init = transform_init<C>,
          .transform_exit = transform_exit<C>,
          .setkey = setkey<C>,
          .encrypt = encrypt<C>,
          .decrypt = decrypt<C>};
}

constexpr Algorithm table[] = {
    aead<AnyWay<&OpensslFetched::gcm128, 16>>(Template::gcm, "gcm(aes128)"),
    aead<AnyWay<&OpensslFetched::gcm256, 32>>(Template::gcm, "gcm(aes256)"),
    aead<Ccm>(Template::ccm, "ccm(aes128)"),
    aead<AnyWay<&OpensslFetched::chacha, 32>>(Template::none, "chacha20poly1305"),
};

/// Encrypts and decrypts once, so that what OpenSSL makes at first use exists before anything is
/// measured.
Errno use_once(const Algorithm& a) noexcept {
  alignas(16) std::uint8_t transform[sizeof(Ccm::Transform)];
  const std::uint8_t key_and_nonce[max_digest_bytes] = {};
  std::uint8_t in_place[16] = {}, tag[aead_tag_bytes];
  const AeadText text{{key_and_nonce, a.nonce_bytes}, {}, in_place, in_place};
  Errno e = a.transform_init(transform, Gfp::kernel, Owner::shared);
  if (failed(e)) return e;
  e = a.setkey(transform, {key_and_nonce, a.key_bytes}, Gfp::kernel);
  if (!failed(e)) e = a.encrypt(nullptr, transform, text, MutableBytes(tag));
  if (!failed(e)) e = a.decrypt(nullptr, transform, text, Bytes(tag));
  a.transform_exit(transform);
  return e;
}

}  // namespace

std::span<const Algorithm> openssl_aead_algorithms() noexcept { return table; }

Errno openssl_aead_init() noexcept {
  const WithGfpScope scope(Gfp::kernel, Owner::shared);
  for (const Algorithm& a : table) {
    if (const Errno e = use_once(a); failed(e)) return e;
  }
  return Errno::ok;
}

}  // namespace tfm
