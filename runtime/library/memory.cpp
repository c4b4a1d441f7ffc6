// SPDX-License-Identifier: MIT
#include "runtime/library/memory.hpp"

#include <cstring>

namespace tfm::library {
namespace {

constexpr std::size_t word_bytes = 8, step = 4 * word_bytes;

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

/// Four words. All are loaded before the first is stored.
inline void copy_step(std::uint8_t* to, const std::uint8_t* from) noexcept {
  const auto a = load<std::uint64_t>(from), b = load<std::uint64_t>(from + word_bytes),
             c = load<std::uint64_t>(from + 2 * word_bytes),
             d = load<std::uint64_t>(from + 3 * word_bytes);
  store(to, a);
  store(to + word_bytes, b);
  store(to + 2 * word_bytes, c);
  store(to + 3 * word_bytes, d);
}

/// The first and the last Word, which overlap if they must.
template <class Word>
inline void copy_ends(std::uint8_t* to, const std::uint8_t* from, std::size_t bytes) noexcept {
  const Word first = load<Word>(from), last = load<Word>(from + bytes - sizeof(Word));
  store(to, first);
  store(to + bytes - sizeof(Word), last);
}

/// What is shorter than four words.
inline void copy_rest(std::uint8_t* to, const std::uint8_t* from, std::size_t bytes) noexcept {
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

/// The lowest bytes, as signed ones: memcpy_orig() decides by them.
inline bool lies_lower(const std::uint8_t* from, const std::uint8_t* to) noexcept {
  return static_cast<std::int8_t>(reinterpret_cast<std::uintptr_t>(from)) <
         static_cast<std::int8_t>(reinterpret_cast<std::uintptr_t>(to));
}

}  // namespace

std::uint8_t* set(std::uint8_t* to, std::uint8_t byte, std::size_t bytes) noexcept {
  constexpr std::uint64_t each_byte = 0x0101010101010101;
  std::uint8_t* const begin = to;
  const std::uint64_t word = byte * each_byte;
  const std::size_t off = reinterpret_cast<std::uintptr_t>(to) % word_bytes;
  if (off != 0 && bytes > word_bytes - 1) {
    store(to, word);
    to += word_bytes - off;
    bytes -= word_bytes - off;
  }
  for (std::size_t left = bytes / 64; left > 0; --left, to += 64) {
    for (unsigned i = 0; i < 64; i += word_bytes) store(to + i, word);
    hide(to);
  }
  for (std::size_t left = bytes % 64 / word_bytes; left > 0; --left, to += word_bytes) {
    store(to, word);
    hide(to);
  }
  for (std::size_t left = bytes % word_bytes; left > 0; --left, ++to) {
    *to = static_cast<std::uint8_t>(word);
    hide(to);
  }
  return begin;
}

std::uint8_t* copy(std::uint8_t* to, const std::uint8_t* from, std::size_t bytes) noexcept {
  std::uint8_t* const begin = to;
  if (bytes >= step) {
    if (lies_lower(from, to)) {
      // From the end, so that a processor does not take loads for ones of what was just stored.
      from += bytes;
      to += bytes;
      for (; bytes >= step; bytes -= step) {
        from -= step;
        to -= step;
        copy_step(to, from);
        hide(to);
      }
      from -= bytes;
      to -= bytes;
    } else {
      for (; bytes >= step; bytes -= step, from += step, to += step) {
        copy_step(to, from);
        hide(to);
      }
    }
  }
  copy_rest(to, from, bytes);
  return begin;
}

void exclusive_or(std::uint8_t* to, const std::uint8_t* with, std::size_t bytes) noexcept {
  for (; bytes >= 8; bytes -= 8, to += 8, with += 8) exclusive_or_word<std::uint64_t>(to, with);
  for (; bytes >= 4; bytes -= 4, to += 4, with += 4) exclusive_or_word<std::uint32_t>(to, with);
  for (; bytes >= 2; bytes -= 2, to += 2, with += 2) exclusive_or_word<std::uint16_t>(to, with);
  if (bytes > 0) *to ^= *with;
}

}  // namespace tfm::library
