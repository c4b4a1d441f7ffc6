// SPDX-License-Identifier: MIT
// zlib's deflate and inflate inside memory of ours: raw deflate (RFC 1951) with the parameters of
// crypto/deflate.c, a window of 2^11 bytes, memory level 8, default level.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>

#include "runtime/algorithm.hpp"

namespace tfm::deflate {

inline constexpr int window_bits = 11, memory_level = 8;

// From zconf.h: the formula for each direction, and "a few kilobytes" or "about 7 kilobytes" for
// small objects, which is zlib's own state. If a zlib needs more, zlib_init() fails.
inline constexpr std::size_t state_bytes = 8192;
inline constexpr std::size_t compress_bytes =
    (std::size_t{1} << (window_bits + 2)) + (std::size_t{1} << (memory_level + 9)) + state_bytes;
inline constexpr std::size_t decompress_bytes = (std::size_t{1} << window_bits) + state_bytes;

/// One stream and its memory. Do not move it after set-up. zlib's allocations are cut from the
/// memory one after another and never freed.
template <std::size_t bytes>
class Stream {
 public:
  static_assert(bytes == compress_bytes || bytes == decompress_bytes);

  /// False if the memory is too small for this zlib.
  bool compressor() noexcept {
    begin();
    return deflateInit2(&z_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -window_bits, memory_level,
                        Z_DEFAULT_STRATEGY) == Z_OK;
  }
  bool decompressor() noexcept {
    begin();
    return inflateInit2(&z_, -window_bits) == Z_OK;
  }
  z_stream& z() noexcept { return z_; }

 private:
  void begin() noexcept {
    used_ = 0;
    z_ = {};
    z_.zalloc = take;
    z_.zfree = [](void*, void*) {};
    z_.opaque = this;
  }

  static void* take(void* stream, unsigned items, unsigned size) noexcept {
    auto& s = *static_cast<Stream*>(stream);
    const std::size_t wanted = (std::size_t{items} * size + 15) / 16 * 16;
    if (wanted > bytes - s.used_) return nullptr;
    std::uint8_t* const piece = s.memory_ + s.used_;
    s.used_ += wanted;
    return piece;
  }

  z_stream z_;
  std::size_t used_;
  alignas(8) std::uint8_t memory_[bytes];
};

/// Compresses all of `from` with a stream that was set up or reset. `next` hands out the output's
/// memory: whenever there is no more room, next(z_stream&) sets next_out and avail_out, or returns
/// an error. Errors: those of `next`; eproto.
template <class Next>
Errno compress(z_stream& z, Bytes from, Next&& next) noexcept {
  z.next_in = const_cast<std::uint8_t*>(from.data());  // zlib's: const under ZLIB_CONST alone
  z.avail_in = static_cast<unsigned>(from.size());
  for (;;) {
    if (const Errno e = next(z); failed(e)) return e;
    const int v = ::deflate(&z, Z_FINISH);
    if (v == Z_STREAM_END) return Errno::ok;
    if (v != Z_OK && v != Z_BUF_ERROR) return Errno::eproto;
  }
}

/// Decompresses in the same way. Errors: also ebadmsg: `from` is not exactly one stream.
template <class Next>
Errno decompress(z_stream& z, Bytes from, Next&& next) noexcept {
  z.next_in = const_cast<std::uint8_t*>(from.data());
  z.avail_in = static_cast<unsigned>(from.size());
  for (;;) {
    if (const Errno e = next(z); failed(e)) return e;
    const int v = ::inflate(&z, Z_FINISH);
    if (v == Z_STREAM_END) return z.avail_in == 0 ? Errno::ok : Errno::ebadmsg;
    // Go on if the output is full. If it is not, the input is cut short.
    if ((v != Z_OK && v != Z_BUF_ERROR) || z.avail_out != 0) return Errno::ebadmsg;
  }
}

/// A `next` that hands out one piece of memory.
inline auto once(MutableBytes to) noexcept {
  return [to, given = false](z_stream& z) mutable noexcept {
    if (given) return Errno::enospc;
    given = true;
    z.next_out = to.data();
    z.avail_out = static_cast<unsigned>(to.size());
    return Errno::ok;
  };
}

}  // namespace tfm::deflate
