// SPDX-License-Identifier: MIT
// libipsec-mb's AES-GCM, one packet at a time: flat blocks with a key as large as the kernel's. It
// is what ESP and GCMP are measured with: nettle's GCM keys are six times as large.
//
// Only functions are used that take the key and the running state from their caller, and no
// manager. So any number of threads can call them. (Each call stores 0 in the library's one error
// word, so threads share that word's cache line.)
//
// A key is the library's struct gcm_key_data, cut off after what the code of this CPU's class
// stores in it: 15 round keys, and of the hash key 8 powers with AVX2, these and their halves' sums
// with SSE and AVX, 48 powers with VAES and AVX-512. The whole struct has room for 48 powers. What
// is cut off was never computed, so no code can need it.
#include "runtime/providers/ipsec_mb.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include "runtime/bytes.hpp"
#include "runtime/providers/aead.hpp"
#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

/// What the library declares for its own build. SSE's code needs 16.
constexpr std::size_t key_alignment = 64;

/// Linux 7.3's transform, with the room to align it (AES_GCM_KEY_VAES_AVX2_SIZE in
/// arch/x86/crypto/aesni-intel_glue.c; with AES-NI alone it is 488). Ours is as large, unless the
/// library's key needs more.
constexpr std::size_t kernel_context_bytes = 504;

struct Transform {
  alignas(8) bool keyed;
  // The key follows, aligned, in the rest of the context.

  static constexpr std::size_t bytes(std::size_t key_bytes) noexcept {
    return sizeof(Transform) + key_alignment - 8 + key_bytes;
  }
  gcm_key_data* key() noexcept {
    void* after = this + 1;
    std::size_t room = key_alignment;
    return static_cast<gcm_key_data*>(std::align(key_alignment, 1, after, room));
  }
};

/// The functions for keys of one length.
template <std::uint16_t KeyBytes>
struct Gcm {
  static constexpr std::uint16_t key_bytes = KeyBytes;
  static inline aes_gcm_pre_t set_key;
  static inline aes_gcm_enc_dec_t encrypt, decrypt;
};
using Gcm128 = Gcm<IMB_GCM_128_KEY_LEN>;
using Gcm256 = Gcm<IMB_GCM_256_KEY_LEN>;

/// How much of a struct gcm_key_data `set_key` fills: what is the same whatever was there before.
std::size_t stored_bytes(aes_gcm_pre_t set_key) noexcept {
  constexpr std::uint8_t key[IMB_GCM_256_KEY_LEN] = {1, 2, 3};
  alignas(key_alignment) std::uint8_t zeros[sizeof(gcm_key_data)] = {}, ones[sizeof zeros];
  std::memset(ones, 0xff, sizeof ones);
  set_key(key, reinterpret_cast<gcm_key_data*>(zeros));
  set_key(key, reinterpret_cast<gcm_key_data*>(ones));
  std::size_t bytes = sizeof zeros;
  while (bytes > 0 && zeros[bytes - 1] != ones[bytes - 1]) --bytes;
  return bytes;
}

template <class A>
Errno setkey(void* transform, Bytes key, Gfp) noexcept {
  auto& t = *static_cast<Transform*>(transform);
  t.keyed = key.size() == A::key_bytes;
  if (!t.keyed) return Errno::ekeyrejected;
  A::set_key(key.data(), t.key());
  return Errno::ok;
}

template <class A>
Errno run(aes_gcm_enc_dec_t crypt, void* request, void* transform, const AeadText& text,
          MutableBytes tag) noexcept {
  auto& t = *static_cast<Transform*>(transform);
  if (!t.keyed) return Errno::enokey;
  if (!aead_takes(text, tag.size())) return Errno::einval;
  crypt(t.key(), static_cast<gcm_context_data*>(request), text.to, text.from.data(),
        text.from.size(), text.nonce.data(), text.associated.data(), text.associated.size(),
        tag.data(), tag.size());
  return Errno::ok;
}

template <class A>
Errno encrypt(void* request, void* transform, const AeadText& text, MutableBytes tag) noexcept {
  return run<A>(A::encrypt, request, transform, text, tag);
}

template <class A>
Errno decrypt(void* request, void* transform, const AeadText& text, Bytes tag) noexcept {
  std::uint8_t computed[aead_tag_bytes];
  if (tag.size() > sizeof computed) return Errno::einval;
  const MutableBytes expected(computed, tag.size());
  if (const Errno e = run<A>(A::decrypt, request, transform, text, expected); failed(e)) return e;
  return equal_constant_time(expected, tag) ? Errno::ok : Errno::ebadmsg;
}

template <class A>
constexpr Algorithm aead(std::string_view name) {
  return {.name = name,
          .provider = "ipsec_mb",
          .family = Family::aead,
          .tmpl = Template::gcm,
          .digest_bytes = aead_tag_bytes,
          .key_bytes = A::key_bytes,
          .nonce_bytes = aead_nonce_bytes,
          .keyed = true,
          .flat = true,
          .request_context_bytes = sizeof(gcm_context_data),
          .setkey = setkey<A>,
          .encrypt = encrypt<A>,
          .decrypt = decrypt<A>};
}

constinit Algorithm table[] = {aead<Gcm128>("gcm(aes128)"), aead<Gcm256>("gcm(aes256)")};

}  // namespace

Errno ipsec_mb_take(IMB_MGR* manager) noexcept {
  if (manager == nullptr) return Errno::enomem;
  if (imb_get_errno(manager) != 0) return Errno::eopnotsupp;
  Gcm128::set_key = manager->gcm128_pre;
  Gcm128::encrypt = manager->gcm128_enc;
  Gcm128::decrypt = manager->gcm128_dec;
  Gcm256::set_key = manager->gcm256_pre;
  Gcm256::encrypt = manager->gcm256_enc;
  Gcm256::decrypt = manager->gcm256_dec;
  const std::size_t key_bytes =
      std::max(stored_bytes(Gcm128::set_key), stored_bytes(Gcm256::set_key));
  const std::size_t bytes = std::max(kernel_context_bytes, Transform::bytes(key_bytes));
  for (Algorithm& a : table) a.transform_context_bytes = static_cast<std::uint32_t>(bytes);
  return Errno::ok;
}

Errno ipsec_mb_init() noexcept {
  IMB_MGR* const manager = alloc_mb_mgr(0);
  if (manager != nullptr) init_mb_mgr_auto(manager, nullptr);
  const Errno e = ipsec_mb_take(manager);
  if (manager != nullptr) free_mb_mgr(manager);
  return e;
}

std::span<const Algorithm> ipsec_mb_algorithms() noexcept { return table; }

}  // namespace tfm
