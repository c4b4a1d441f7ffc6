// SPDX-License-Identifier: MIT
#include "runtime/library/hash.hpp"

#include <cstring>

#include "runtime/library/memory.hpp"

namespace tfm::library {
namespace {

template <class H>
inline void assign(typename H::Word (&to)[H::words],
                   const typename H::Word (&from)[H::words]) noexcept {
  std::memcpy(to, from, sizeof to);
}

template <class H>
inline void put_chain(std::uint8_t* to, const typename H::Word (&chain)[H::words]) noexcept {
  for (const typename H::Word word : chain) {
    H::put(to, word);
    to += sizeof word;
  }
}

/// __sha1_final() and its like.
template <class H>
void finish(HashContext<H>& context, std::uint8_t* out) noexcept {
  constexpr std::size_t length_at = H::block_bytes - H::Count::length_bytes;
  std::uint8_t* const buffer = context.buffer;
  std::size_t partial = context.count.low % H::block_bytes;
  buffer[partial++] = 0x80;
  if (partial > length_at) {
    set(buffer + partial, 0, H::block_bytes - partial);
    H::blocks(context.chain, buffer, 1);
    partial = 0;
  }
  set(buffer + partial, 0, length_at - partial);
  context.count.put_bits(buffer + length_at);
  H::blocks(context.chain, buffer, 1);
  put_chain<H>(out, context.chain);
}

}  // namespace

template <class H>
void hash_init(HashContext<H>& context) noexcept {
  assign<H>(context.chain, H::first);
  context.count = {};
}

template <class H>
void hash_update(HashContext<H>& context, const std::uint8_t* data, std::size_t bytes) noexcept {
  std::size_t partial = context.count.low % H::block_bytes;
  context.count.add(bytes);
  if (partial + bytes >= H::block_bytes) {
    if (partial != 0) {
      const std::size_t taken = H::block_bytes - partial;
      copy(context.buffer + partial, data, taken);
      data += taken;
      bytes -= taken;
      H::blocks(context.chain, context.buffer, 1);
    }
    const std::size_t count = bytes / H::block_bytes;
    bytes %= H::block_bytes;
    if (count != 0) {
      H::blocks(context.chain, data, count);
      data += count * H::block_bytes;
    }
    partial = 0;
  }
  if (bytes != 0) copy(context.buffer + partial, data, bytes);
}

template <class H>
void hash_final(HashContext<H>& context, std::uint8_t* out) noexcept {
  finish(context, out);
  zero_explicit(context);
}

template <class H>
void hmac_prepare(HmacKey<H>& key, const std::uint8_t* raw, std::size_t bytes) noexcept {
  constexpr std::uint8_t inner_byte = 0x36, outer_byte = 0x5c;
  constexpr std::uint64_t each_byte = 0x0101010101010101;
  std::uint64_t derived[H::block_bytes / 8] = {};
  auto* const block = reinterpret_cast<std::uint8_t*>(derived);
  if (bytes > H::block_bytes) [[unlikely]] {
    HashContext<H> context;
    hash_init(context);
    hash_update(context, raw, bytes);
    hash_final(context, block);
  } else {
    copy(block, raw, bytes);
  }
  for (std::uint64_t& word : derived) word ^= inner_byte * each_byte;
  assign<H>(key.inner, H::first);
  H::blocks(key.inner, block, 1);
  for (std::uint64_t& word : derived) word ^= (inner_byte ^ outer_byte) * each_byte;
  assign<H>(key.outer, H::first);
  H::blocks(key.outer, block, 1);
  zero_explicit(derived);
}

template <class H>
void hmac_init(HmacContext<H>& context, const HmacKey<H>& key) noexcept {
  assign<H>(context.hash.chain, key.inner);
  context.hash.count = {};
  context.hash.count.add(H::block_bytes);
  assign<H>(context.outer, key.outer);
}

template <class H>
void hmac_final(HmacContext<H>& context, std::uint8_t* out) noexcept {
  // The outer hash's only block, with its padding, is made in the buffer.
  std::uint8_t* const buffer = context.hash.buffer;
  finish(context.hash, buffer);
  std::memset(buffer + H::digest_bytes, 0, H::block_bytes - H::digest_bytes);
  buffer[H::digest_bytes] = 0x80;
  store_be32(buffer + H::block_bytes - 4, 8 * (H::block_bytes + H::digest_bytes));
  H::blocks(context.outer, buffer, 1);
  put_chain<H>(out, context.outer);
  zero_explicit(context);
}

template void hash_init(HashContext<Md5>&) noexcept;
template void hash_update(HashContext<Sha1>&, const std::uint8_t*, std::size_t) noexcept;
template void hash_update(HashContext<Sha256>&, const std::uint8_t*, std::size_t) noexcept;
template void hash_update(HashContext<Sha512>&, const std::uint8_t*, std::size_t) noexcept;
template void hash_update(HashContext<Md5>&, const std::uint8_t*, std::size_t) noexcept;
template void hash_final(HashContext<Md5>&, std::uint8_t*) noexcept;

template void hmac_prepare(HmacKey<Sha1>&, const std::uint8_t*, std::size_t) noexcept;
template void hmac_prepare(HmacKey<Sha256>&, const std::uint8_t*, std::size_t) noexcept;
template void hmac_prepare(HmacKey<Sha512>&, const std::uint8_t*, std::size_t) noexcept;
template void hmac_init(HmacContext<Sha1>&, const HmacKey<Sha1>&) noexcept;
template void hmac_init(HmacContext<Sha256>&, const HmacKey<Sha256>&) noexcept;
template void hmac_init(HmacContext<Sha512>&, const HmacKey<Sha512>&) noexcept;
template void hmac_final(HmacContext<Sha1>&, std::uint8_t*) noexcept;
template void hmac_final(HmacContext<Sha256>&, std::uint8_t*) noexcept;
template void hmac_final(HmacContext<Sha512>&, std::uint8_t*) noexcept;

}  // namespace tfm::library
