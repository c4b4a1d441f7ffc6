// SPDX-License-Identifier: MIT
#include "runtime/library/memory.hpp"

#include <cstring>

namespace tfm::library {
namespace {

constexpr std::size_t word_bytes = 8;

template <class Word>
inline Word load(const std::uint8_t* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}
template <class Word>
inline void store(std::uint8_t* to, Word word) noexcept {
  std::memcpy(to, &word, sizeof word);
}

/// A compiler that sees through a loop makes it a call of memset() or memcpy().
template <class Pointer>
inline void hide(Pointer& at) noexcept {
  asm volatile("" : "+r"(at));
}

/// The first and the last Word, which overlap if they must.
template <class Word>
inline void copy_ends(std::uint8_t* to, const std::uint8_t* from, std::size_t bytes) noexcept {
  const Word first = load<Word>(from), last = load<Word>(from + bytes - sizeof(Word));
  store(to, first);
  store(to + bytes - sizeof(Word), last);
}

}  // namespace

void zero(std::uint8_t* to, std::size_t bytes) noexcept {
  constexpr std::uint64_t nothing = 0;
  const std::size_t off = reinterpret_cast<std::uintptr_t>(to) % word_bytes;
  if (off != 0 && bytes > word_bytes - 1) {
    store(to, nothing);
    to += word_bytes - off;
    bytes -= word_bytes - off;
  }
  for (std::size_t left = bytes / 64; left > 0; --left, to += 64) {
    for (unsigned i = 0; i < 64; i += word_bytes) store(to + i, nothing);
    hide(to);
  }
  for (std::size_t left = bytes % 64 / word_bytes; left > 0; --left, to += word_bytes) {
    store(to, nothing);
    hide(to);
  }
  for (std::size_t left = bytes % word_bytes; left > 0; --left, ++to) {
    *to = 0;
    hide(to);
  }
}

void copy(std::uint8_t* to, const std::uint8_t* from, std::size_t bytes) noexcept {
  constexpr std::size_t step = 4 * word_bytes;
  for (; bytes >= step; bytes -= step, from += step, to += step) {
    const auto a = load<std::uint64_t>(from), b = load<std::uint64_t>(from + word_bytes),
               c = load<std::uint64_t>(from + 2 * word_bytes),
               d = load<std::uint64_t>(from + 3 * word_bytes);
    store(to, a);
    store(to + word_bytes, b);
    store(to + 2 * word_bytes, c);
    store(to + 3 * word_bytes, d);
    hide(to);
  }
  if (bytes >= 2 * word_bytes) {
    const auto a = load<std::uint64_t>(from), b = load<std::uint64_t>(from + word_bytes);
    const auto c = load<std::uint64_t>(from + bytes - 2 * word_bytes),
               d = load<std::uint64_t>(from + bytes - word_bytes);
    store(to, a);
    store(to + word_bytes, b);
    store(to + bytes - 2 * word_bytes, c);
    store(to + bytes - word_bytes, d);
  } else if (bytes >= word_bytes) {
    copy_ends<std::uint64_t>(to, from, bytes);
  } else if (bytes >= 4) {
    copy_ends<std::uint32_t>(to, from, bytes);
  } else if (bytes > 0) {
    const std::uint8_t first = from[0];
    if (bytes > 1) {
      const std::uint8_t second = from[1], last = from[bytes - 1];
      to[1] = second;
      to[bytes - 1] = last;
    }
    to[0] = first;
  }
}

}  // namespace tfm::library
