// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "runtime/bytes.hpp"
#include "runtime/keyed_request.hpp"
#include "runtime/known_answers.hpp"

namespace tfm {
namespace {

using Octets = std::vector<std::uint8_t>;

/// Room for a text or a tag, and one octet more, which must not change.
class Guarded {
 public:
  explicit Guarded(const Octets& content) : octets_(content) { octets_.push_back(untouched); }

  std::uint8_t* data() noexcept { return octets_.data(); }
  MutableBytes bytes() noexcept { return MutableBytes(octets_).first(octets_.size() - 1); }
  bool overrun() const noexcept { return octets_.back() != untouched; }

 private:
  static constexpr std::uint8_t untouched = 0x5a;
  Octets octets_;
};

/// Checks one algorithm with one known answer.
class Check {
 public:
  Check(const Algorithm& algorithm, const KnownAead& answer)
      : algorithm_(algorithm), answer_(answer) {}

  /// Empty if all is right, else the first thing that is wrong.
  std::string run() {
    auto request = KeyedRequest::create(algorithm_, answer_.key);
    if (!request) return says(name(request.error()));
    request_ = &**request;
    for (const bool in_place : {false, true}) {
      std::string wrong = encrypt(in_place);
      if (wrong.empty()) wrong = decrypt(in_place);
      if (!wrong.empty()) return wrong;
    }
    return refusals();
  }

 private:
  AeadText text(Bytes from, std::uint8_t* to) const {
    return {answer_.nonce, answer_.associated, from, to};
  }

  std::string encrypt(bool in_place) {
    Guarded text_in(answer_.plain), text_out(answer_.plain), tag(Octets(answer_.tag.size()));
    Guarded& out = in_place ? text_in : text_out;
    const Errno e = aead_encrypt(*request_, text(text_in.bytes(), out.data()), tag.bytes());
    if (failed(e)) return says(fmt::format("encrypt: {}", name(e)));
    if (out.overrun() || tag.overrun()) return says("encrypt wrote past the end");
    std::string wrong = differs("ciphertext", out.bytes(), answer_.cipher);
    return wrong.empty() ? differs("tag", tag.bytes(), answer_.tag) : wrong;
  }

  std::string decrypt(bool in_place) {
    Guarded text_in(answer_.cipher), text_out(answer_.cipher);
    Guarded& out = in_place ? text_in : text_out;
    const Errno e = aead_decrypt(*request_, text(text_in.bytes(), out.data()), answer_.tag);
    if (failed(e)) return says(fmt::format("decrypt: {}", name(e)));
    if (out.overrun()) return says("decrypt wrote past the end");
    return differs("plaintext", out.bytes(), answer_.plain);
  }

  /// Flips one bit in each octet of each part of the answer (of a long part: in at most 64 octets).
  /// The message must then not be authentic.
  std::string refusals() {
    KnownAead turned = answer_;
    for (const auto& [what, part] : {std::pair("tag", &turned.tag),
                                     {"ciphertext", &turned.cipher},
                                     {"associated data", &turned.associated},
                                     {"nonce", &turned.nonce}}) {
      const std::size_t step = part->size() / 64 + 1;
      for (std::size_t at = 0; at < part->size(); at += step) {
        const auto bit = static_cast<std::uint8_t>(1U << at % 8);
        (*part)[at] ^= bit;
        Octets out(turned.cipher.size());
        const Errno e = aead_decrypt(
            *request_, {turned.nonce, turned.associated, turned.cipher, out.data()}, turned.tag);
        if (e != Errno::ebadmsg)
          return says(fmt::format("one bit of the {} flipped (byte {}): expected EBADMSG, got {}",
                                  what, at, name(e)));
        (*part)[at] ^= bit;
      }
    }
    return decrypt(false);  // must still work after all refusals
  }

  std::string differs(std::string_view what, Bytes got, Bytes expected) const {
    if (equal_constant_time(got, expected)) return {};
    return says(fmt::format("{}: expected {}, got {}", what, to_hex(expected), to_hex(got)));
  }
  std::string says(std::string_view what) const {
    return fmt::format("{} of {}, {}: {}", algorithm_.name, algorithm_.provider, answer_.document,
                       what);
  }

  const Algorithm& algorithm_;
  const KnownAead& answer_;
  Request* request_ = nullptr;
};

}  // namespace

tl::expected<std::size_t, std::string> check_known_aead(const Algorithm& algorithm) {
  std::size_t reproduced = 0;
  for (const KnownAead& answer : known_aead()) {
    if (answer.algorithm != algorithm.name) continue;
    if (std::string wrong = Check(algorithm, answer).run(); !wrong.empty())
      return tl::unexpected(std::move(wrong));
    ++reproduced;
  }
  return reproduced;
}

}  // namespace tfm
