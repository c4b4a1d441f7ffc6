// SPDX-License-Identifier: MIT
#include "runtime/library/aes_cmac.hpp"

#include <nettle/aes.h>

#include <algorithm>
#include <cstring>

#include "runtime/ahash/aes_schedule.hpp"
#include "runtime/bytes.hpp"
#include "runtime/library/fpu.hpp"
#include "runtime/library/memory.hpp"

namespace tfm::library {
namespace {

constexpr std::size_t block = aes_block_bytes;

/// __aes_preparekey() and aes_preparekey_arch(), for encryption alone.
Errno prepare(AesKey& key, const std::uint8_t* raw, std::size_t bytes) noexcept {
  if (bytes != aes128_key_bytes) return Errno::ekeyrejected;
  key.key_bytes = static_cast<std::uint32_t>(bytes);
  key.rounds = static_cast<std::uint32_t>(6 + bytes / 4);
  const bool section = fpu_usable();
  if (section) fpu_begin();
  ahash::aes128_schedule(key.round_keys, nullptr, raw);
  if (section) fpu_end();
  return Errno::ok;
}

/// aes_encrypt(). Without a section the kernel has the same in C.
[[gnu::noinline]] void encrypt(const AesKey& key, std::uint8_t* to,
                               const std::uint8_t* from) noexcept {
  const bool section = fpu_usable();
  if (section) fpu_begin();
  aes128_encrypt(reinterpret_cast<const aes128_ctx*>(key.round_keys), block, to, from);
  if (section) fpu_end();
}

/// crypto_xor() of a whole block.
inline void exclusive_or(std::uint8_t* to, const std::uint8_t* with) noexcept {
  exclusive_or_word<std::uint64_t>(to, with);
  exclusive_or_word<std::uint64_t>(to + 8, with + 8);
}

/// aes_cbcmac_blocks(): at least one. What is in `chain` is encrypted before the first if `before`,
/// and after the last if `after`.
[[gnu::noinline]] void add_blocks(std::uint8_t* chain, const AesKey& key, const std::uint8_t* data,
                                  std::size_t count, bool before, bool after) noexcept {
  if (before) encrypt(key, chain, chain);
  for (; count > 1; --count, data += block) {
    exclusive_or(chain, data);
    encrypt(key, chain, chain);
  }
  exclusive_or(chain, data);
  if (after) encrypt(key, chain, chain);
}

}  // namespace

Errno cmac_prepare(CmacKey& key, const std::uint8_t* raw, std::size_t bytes) noexcept {
  if (const Errno e = prepare(key.aes, raw, bytes); failed(e)) return e;
  auto* const zeros = reinterpret_cast<std::uint8_t*>(key.last[0]);
  std::memset(zeros, 0, block);
  encrypt(key.aes, zeros, zeros);
  // Twice multiplied by x in GF(2^128), SP 800-38B §6.1.
  std::uint64_t high = load_be64(zeros), low = load_be64(zeros + 8);
  for (std::uint64_t(&last)[2] : key.last) {
    const std::uint64_t carry =
        static_cast<std::uint64_t>(static_cast<std::int64_t>(high) >> 63) & 0x87;
    high = high << 1 ^ low >> 63;
    low = low << 1 ^ carry;
    last[0] = __builtin_bswap64(high);
    last[1] = __builtin_bswap64(low);
  }
  return Errno::ok;
}

void cmac_update(CmacContext& context, const std::uint8_t* data, std::size_t bytes) noexcept {
  bool before = false;
  if (context.partial != 0) {
    const std::size_t taken = std::min(bytes, block - context.partial);
    exclusive_or(context.chain + context.partial, data, taken);
    data += taken;
    bytes -= taken;
    context.partial += taken;
    // A whole block waits too: whether it is the last is not known yet.
    if (bytes == 0) return;
    before = true;
  }
  const std::size_t count = bytes / block;
  bytes %= block;
  const AesKey& aes = context.key->aes;
  if (count == 0) {
    if (before) encrypt(aes, context.chain, context.chain);
    exclusive_or(context.chain, data, bytes);
    context.partial = bytes;
  } else if (bytes != 0) {
    add_blocks(context.chain, aes, data, count, before, true);
    exclusive_or(context.chain, data + count * block, bytes);
    context.partial = bytes;
  } else {
    add_blocks(context.chain, aes, data, count, before, false);
    context.partial = block;
  }
}

void cmac_final(CmacContext& context, std::uint8_t* out) noexcept {
  const bool whole = context.partial == block;
  if (!whole) context.chain[context.partial] ^= 0x80;
  exclusive_or(context.chain,
               reinterpret_cast<const std::uint8_t*>(context.key->last[whole ? 0 : 1]));
  encrypt(context.key->aes, out, context.chain);
  zero_explicit(context);
}

}  // namespace tfm::library
