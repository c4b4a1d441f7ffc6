// SPDX-License-Identifier: MIT
// cmac over a cipher (crypto/cmac.c of Linux 6.12): every block is a call of the cipher. The last
// block of the data waits in the descriptor, since it is treated differently.
#include <cstring>

#include "runtime/ahash/templates.hpp"
#include "runtime/bytes.hpp"
#include "runtime/library/memory.hpp"

namespace tfm::ahash {
namespace {

constexpr std::uint32_t block_bytes = cmac_sizes.block_bytes;

/// struct cmac_tfm_ctx, and two subkeys: for a last block that is whole, for one that is padded.
struct Context {
  Cipher* cipher;
  std::uint8_t subkeys[2][block_bytes];
};

/// struct cmac_desc_ctx.
struct State {
  std::uint32_t length;  ///< of what waits
  std::uint8_t waiting[block_bytes];
  std::uint8_t chain[block_bytes];
};
static_assert(sizeof(State) == cmac_sizes.state_bytes);

Context& context(Shash& tfm) noexcept { return *static_cast<Context*>(tfm.context()); }
State& state(ShashDesc& desc) noexcept { return *static_cast<State*>(desc.context()); }

using library::exclusive_or;

Errno setkey(Shash& tfm, const std::uint8_t* key, std::uint32_t bytes) noexcept {
  Context& own = context(tfm);
  if (const Errno e = cipher_setkey(*own.cipher, key, bytes); failed(e)) return e;
  std::uint8_t* const zeros = own.subkeys[0];
  std::memset(zeros, 0, block_bytes);
  cipher_encrypt_one(*own.cipher, zeros, zeros);
  // Twice multiplied by x in GF(2^128), SP 800-38B §6.1.
  std::uint64_t high = load_be64(zeros), low = load_be64(zeros + 8);
  for (std::uint8_t* const subkey : {own.subkeys[0], own.subkeys[1]}) {
    const std::uint64_t carry = static_cast<std::uint64_t>(static_cast<std::int64_t>(high) >> 63);
    high = high << 1 | low >> 63;
    low = low << 1 ^ (carry & 0x87);
    const std::uint64_t words[] = {__builtin_bswap64(high), __builtin_bswap64(low)};
    std::memcpy(subkey, words, block_bytes);
  }
  return Errno::ok;
}

Errno init(ShashDesc& desc) noexcept {
  const std::uint32_t length = desc.tfm->alg().base.block_bytes;
  State& own = state(desc);
  own.length = 0;
  library::set(own.chain, 0, length);
  return Errno::ok;
}

Errno update(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes) noexcept {
  Shash& tfm = *desc.tfm;
  Cipher& cipher = *context(tfm).cipher;
  // Read from the algorithm, as the kernel does: its template serves ciphers of other blocks.
  const std::uint32_t block = tfm.alg().base.block_bytes;
  State& own = state(desc);
  if (own.length + bytes <= block) {
    library::copy(own.waiting + own.length, data, bytes);
    own.length += bytes;
    return Errno::ok;
  }
  const std::uint32_t taken = block - own.length;
  library::copy(own.waiting + own.length, data, taken);
  data += taken;
  bytes -= taken;
  exclusive_or(own.chain, own.waiting, block);
  cipher_encrypt_one(cipher, own.chain, own.chain);
  own.length = 0;
  while (bytes > block) {
    exclusive_or(own.chain, data, block);
    cipher_encrypt_one(cipher, own.chain, own.chain);
    data += block;
    bytes -= block;
  }
  if (bytes > 0) {
    library::copy(own.waiting, data, bytes);
    own.length = bytes;
  }
  return Errno::ok;
}

Errno final(ShashDesc& desc, std::uint8_t* out) noexcept {
  Shash& tfm = *desc.tfm;
  const Context& own = context(tfm);
  const std::uint32_t block = tfm.alg().base.block_bytes;
  State& s = state(desc);
  const std::uint8_t* subkey = own.subkeys[0];
  if (s.length != block) {
    s.waiting[s.length] = 0x80;
    if (const std::uint32_t rest = block - s.length - 1; rest != 0) {
      library::set(s.waiting + s.length + 1, 0, rest);
    }
    subkey = own.subkeys[1];
  }
  exclusive_or(s.chain, s.waiting, block);
  exclusive_or(s.chain, subkey, block);
  cipher_encrypt_one(*own.cipher, out, s.chain);
  return Errno::ok;
}

/// shash_default_finup().
Errno finup(ShashDesc& desc, const std::uint8_t* data, std::uint32_t bytes,
            std::uint8_t* out) noexcept {
  if (const Errno e = update(desc, data, bytes); failed(e)) return e;
  return final(desc, out);
}

Errno init_tfm(Shash& tfm, Gfp gfp, Owner owner) noexcept {
  return cipher_spawn(context(tfm).cipher, *tfm.alg().spawn, gfp, owner);
}

Errno clone_tfm(Shash& to, Shash& from, Owner owner) noexcept {
  return cipher_clone(context(to).cipher, *context(from).cipher, owner);
}

void exit_tfm(Shash& tfm) noexcept { cipher_free(*context(tfm).cipher); }

Bytes inner_block(Shash& tfm) noexcept {
  const Cipher& cipher = *context(tfm).cipher;
  return tfm_block(&cipher, 0, cipher.base);
}

Module module;  // cmac.ko

}  // namespace

// cmac_create().
constinit ShashAlg cmac_aes128 = {
    .base = {.module = &module, .block_bytes = block_bytes, .context_bytes = sizeof(Context)},
    .digest_bytes = cmac_sizes.digest_bytes,
    .state_bytes = sizeof(State),
    .descriptor_bytes = sizeof(State),
    .spawn = &aes128.base,
    .init = init,
    .update = update,
    .final = final,
    .finup = finup,
    .setkey = setkey,
    .init_tfm = init_tfm,
    .exit_tfm = exit_tfm,
    .clone_tfm = clone_tfm,
    .inner_block = inner_block};

}  // namespace tfm::ahash
