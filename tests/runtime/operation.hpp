// SPDX-License-Identifier: MIT
// One operation of any family, so that a test of one family is a test of all.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "runtime/bytes.hpp"
#include "runtime/transform.hpp"

namespace tfm::test {

using Octets = std::vector<std::uint8_t>;

/// Whether `memory` contains `what`.
inline bool contains(Bytes memory, Bytes what) {
  return std::search(memory.begin(), memory.end(), what.begin(), what.end()) != memory.end();
}

/// Called before each step of an operation, with the number of the step.
struct NoSteps {
  void operator()(std::uint8_t) const noexcept {}
};

// In all functions below, finish(Errno) turns the result of a last step into the result of the
// operation, which may be in progress.

/// The digest, in three pieces.
template <class Step, class Finish>
Result<Octets> hash_of(Request& request, const Algorithm& algorithm, Bytes text, Step step,
                       Finish finish) {
  Octets digest(algorithm.digest_bytes);
  step(0);
  if (const Errno e = hash_init(request); failed(e)) return error(e);
  const std::size_t cuts[] = {0, text.size() / 3, text.size() / 2, text.size()};
  for (std::uint8_t i = 0; i < 3; ++i) {
    step(i + 1);
    const Bytes piece = text.subspan(cuts[i], cuts[i + 1] - cuts[i]);
    if (const Errno e = hash_update(request, piece); failed(e)) return error(e);
  }
  step(4);
  if (const Errno e = finish(hash_final(request, digest)); failed(e)) return error(e);
  return digest;
}

/// Ciphertext and tag; the first third of the text is associated data. Then decrypts with the same
/// request: eproto if the text is not the same.
template <class Step, class Finish>
Result<Octets> sealed_of(Request& request, const Algorithm& algorithm, Bytes text, Step step,
                         Finish finish) {
  const Octets nonce(algorithm.nonce_bytes, 0x6e);
  const Bytes associated = text.first(text.size() / 3), plain = text.subspan(associated.size());
  Octets cipher(plain.size()), back(plain.size()), tag(algorithm.digest_bytes);
  step(0);
  Errno e = finish(aead_encrypt(request, {nonce, associated, plain, cipher.data()}, tag));
  if (failed(e)) return error(e);
  step(1);
  e = finish(aead_decrypt(request, {nonce, associated, cipher, back.data()}, tag));
  if (failed(e)) return error(e);
  if (!std::ranges::equal(back, plain)) return error(Errno::eproto);
  cipher.insert(cipher.end(), tag.begin(), tag.end());
  return cipher;
}

/// The compressed text. Then decompresses with the same request: eproto if the text is not the
/// same.
template <class Step, class Finish>
Result<Octets> compressed_of(Request& request, Bytes text, Step step, Finish finish) {
  Octets packed(text.size() + 64), back(text.size() + 1);
  MutableBytes to(packed);
  step(0);
  if (const Errno e = finish(compress(request, text, to)); failed(e)) return error(e);
  packed.resize(to.size());
  MutableBytes from_packed(back);
  step(1);
  if (const Errno e = finish(decompress(request, packed, from_packed)); failed(e)) return error(e);
  if (!std::ranges::equal(from_packed, text)) return error(Errno::eproto);
  return packed;
}

/// The result of `algorithm` for a text. The request's own algorithm can be that of `null`.
template <class Step = NoSteps, class Finish = std::identity>
Result<Octets> operate(Request& request, const Algorithm& algorithm, Bytes text, Step step = {},
                       Finish finish = {}) {
  switch (algorithm.family) {
    case Family::hash:
      return hash_of(request, algorithm, text, step, finish);
    case Family::aead:
      return sealed_of(request, algorithm, text, step, finish);
    case Family::compression:
      return compressed_of(request, text, step, finish);
  }
  return error(Errno::enoent);
}

/// The result in hex, or the error's name.
inline std::string shown(const Result<Octets>& made) {
  return made ? to_hex(*made) : std::string(name(made.error()));
}

}  // namespace tfm::test
