// SPDX-License-Identifier: MIT
#include "runtime/library/hashes.hpp"

#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include <cstring>

#include "runtime/library/fpu.hpp"

namespace tfm::library {
namespace {

void begin(sha256_ctx& state) noexcept { state.count = 0; }
void begin(sha512_ctx& state) noexcept { state.count_low = state.count_high = 0; }

/// nettle has no function for blocks of SHA-2 alone. Its update leaves whole blocks where they lie.
template <class State, auto Update, class H>
void sha2_blocks(typename H::Word* chain, const std::uint8_t* data, std::size_t count) noexcept {
  State state;
  begin(state);
  state.index = 0;
  std::memcpy(state.state, chain, sizeof state.state);
  Update(&state, count * H::block_bytes, data);
  std::memcpy(chain, state.state, sizeof state.state);
}

// Where the kernel has assembly: sha1_ni_transform(), sha256_ni_transform(),
// sha512_transform_rorx().

[[gnu::noinline]] void transform(Sha1, std::uint32_t* chain, const std::uint8_t* data,
                                 std::size_t count) noexcept {
  for (; count > 0; --count, data += Sha1::block_bytes) nettle_sha1_compress(chain, data);
}
[[gnu::noinline]] void transform(Sha256, std::uint32_t* chain, const std::uint8_t* data,
                                 std::size_t count) noexcept {
  sha2_blocks<sha256_ctx, sha256_update, Sha256>(chain, data, count);
}
[[gnu::noinline]] void transform(Sha512, std::uint64_t* chain, const std::uint8_t* data,
                                 std::size_t count) noexcept {
  sha2_blocks<sha512_ctx, sha512_update, Sha512>(chain, data, count);
}

/// DEFINE_X86_SHA1_FN() and its like. Without a section the kernel has the same in C.
template <class H>
inline void in_section(typename H::Word* chain, const std::uint8_t* data,
                       std::size_t count) noexcept {
  if (!fpu_usable()) [[unlikely]] {
    transform(H{}, chain, data, count);
    return;
  }
  fpu_begin();
  transform(H{}, chain, data, count);
  fpu_end();
}

}  // namespace

void Sha1::blocks(Word* chain, const std::uint8_t* data, std::size_t count) noexcept {
  in_section<Sha1>(chain, data, count);
}
void Sha256::blocks(Word* chain, const std::uint8_t* data, std::size_t count) noexcept {
  in_section<Sha256>(chain, data, count);
}
void Sha512::blocks(Word* chain, const std::uint8_t* data, std::size_t count) noexcept {
  in_section<Sha512>(chain, data, count);
}

void Md5::blocks(Word* chain, const std::uint8_t* data, std::size_t count) noexcept {
  for (; count > 0; --count, data += block_bytes) nettle_md5_compress(chain, data);
}

}  // namespace tfm::library
