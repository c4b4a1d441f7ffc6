// SPDX-License-Identifier: MIT
#include "runtime/ahash/drivers.hpp"

#include <nettle/aes.h>
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "runtime/ahash/aes_schedule.hpp"
#include "runtime/ahash/fpu.hpp"
#include "runtime/library/memory.hpp"

namespace tfm::ahash {
namespace {

/// A nettle hash: its state and its functions.
template <class State, auto Init, auto Update, auto Digest, HashSizes Sizes, bool InSections>
struct HashOf {
  using state = State;
  static constexpr HashSizes sizes = Sizes;
  static constexpr bool in_sections = InSections;
  static constexpr auto init = Init;
  static constexpr auto update = Update;
  static constexpr auto digest = Digest;
  static_assert(sizeof(State) == Sizes.state_bytes);
};
using Sha1 = HashOf<sha1_ctx, sha1_init, sha1_update, sha1_digest, sha1_sizes, true>;
using Sha256 = HashOf<sha256_ctx, sha256_init, sha256_update, sha256_digest, sha256_sizes, true>;
using Sha512 = HashOf<sha512_ctx, sha512_init, sha512_update, sha512_digest, sha512_sizes, true>;
using Md5 = HashOf<md5_ctx, md5_init, md5_update, md5_digest, md5_sizes, false>;

template <class H>
typename H::state& state(ShashDesc& desc) noexcept {
  return *static_cast<typename H::state*>(desc.context());
}

template <class H>
Errno init(ShashDesc& desc) noexcept {
  H::init(&state<H>(desc));
  return Errno::ok;
}

template <class H>
Errno update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  auto& s = state<H>(desc);
  // Bytes that complete no block are only copied.
  const bool blocks = H::in_sections && fpu_usable() && s.index + bytes >= H::sizes.block_bytes;
  if (blocks) fpu_begin();
  H::update(&s, bytes, data);
  if (blocks) fpu_end();
  return Errno::ok;
}

template <class H>
Errno finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
            std::uint8_t* out) noexcept {
  auto& s = state<H>(desc);
  const bool section = H::in_sections && fpu_usable();
  if (section) fpu_begin();
  if (bytes > 0) H::update(&s, bytes, data);
  H::digest(&s, H::sizes.digest_bytes, out);
  if (section) fpu_end();
  library::zero_explicit(s);
  return Errno::ok;
}

template <class H>
Errno final(ShashDesc& desc, std::uint8_t* out) noexcept {
  return finup<H>(desc, nullptr, 0, out);
}

template <class H>
constexpr ShashAlg hash_of(Module* module) {
  return {.base = {.module = module, .block_bytes = H::sizes.block_bytes},
          .digest_bytes = H::sizes.digest_bytes,
          .state_bytes = H::sizes.state_bytes,
          .descriptor_bytes = H::sizes.state_bytes,
          .init = init<H>,
          .update = update<H>,
          .final = final<H>,
          .finup = finup<H>};
}

/// A transform's round keys. The block has room to align them.
struct AesContext {
  std::uint8_t encryption[240], decryption[240];
  std::uint32_t key_bytes;
};
static_assert(sizeof(AesContext) == aes_context_bytes);

AesContext& aes_context(Cipher& tfm) noexcept {
  const auto at = reinterpret_cast<std::uintptr_t>(tfm.base.context());
  return *reinterpret_cast<AesContext*>((at + 15) & ~std::uintptr_t{15});
}

Errno aes_setkey(Cipher& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  AesContext& context = aes_context(tfm);
  context.key_bytes = bytes;
  const bool section = fpu_usable();
  if (section) fpu_begin();
  aes128_schedule(context.encryption, context.decryption, key);
  if (section) fpu_end();
  return Errno::ok;
}

void aes_encrypt(Cipher& tfm, std::uint8_t* to, const std::uint8_t* from) noexcept {
  const AesContext& context = aes_context(tfm);
  const bool section = fpu_usable();
  if (section) fpu_begin();
  aes128_encrypt(reinterpret_cast<const aes128_ctx*>(context.encryption), AES_BLOCK_SIZE, to, from);
  if (section) fpu_end();
}

// The x86 drivers are modules in Debian's kernels; md5 is built in.
Module sha1_module, sha256_module, sha512_module, aesni_module;

}  // namespace

constinit ShashAlg sha1 = hash_of<Sha1>(&sha1_module);
constinit ShashAlg sha256 = hash_of<Sha256>(&sha256_module);
constinit ShashAlg sha512 = hash_of<Sha512>(&sha512_module);
constinit ShashAlg md5 = hash_of<Md5>(nullptr);

constinit CipherAlg aes128 = {.base = {.module = &aesni_module,
                                       .block_bytes = AES_BLOCK_SIZE,
                                       .context_bytes = aes_context_bytes + aes_align_bytes},
                              .least_key_bytes = AES128_KEY_SIZE,
                              .most_key_bytes = AES128_KEY_SIZE,
                              .setkey = aes_setkey,
                              .encrypt = aes_encrypt};

}  // namespace tfm::ahash
