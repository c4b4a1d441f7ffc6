// SPDX-License-Identifier: MIT
#include "runtime/known_answers.hpp"

#include <fmt/format.h>

#include "runtime/bytes.hpp"
#include "runtime/keyed_request.hpp"

namespace tfm {
namespace {

/// One operation on a new transform, with the message in two pieces.
Errno hash_in_two(const Algorithm& algorithm, const KnownAnswer& answer, std::size_t cut,
                  MutableBytes digest) {
  const auto request = KeyedRequest::create(algorithm, answer.key);
  if (!request) return request.error();
  const Bytes message(answer.message);
  Errno e = hash_init(**request);
  // A whole message comes in one update: an empty second one would be a different test.
  if (!failed(e)) e = hash_update(**request, message.first(cut));
  if (!failed(e) && cut < message.size()) e = hash_update(**request, message.subspan(cut));
  if (!failed(e)) e = hash_final(**request, digest);
  return e;
}

/// Empty if the digest is right, else what is wrong.
std::string wrong(const Algorithm& algorithm, const KnownAnswer& answer, std::size_t cut,
                  std::size_t digest_bytes) {
  // One octet more than asked for: it must not change.
  constexpr std::uint8_t untouched = 0x5a;
  std::vector<std::uint8_t> digest(digest_bytes + 1, untouched);
  const Errno e = hash_in_two(algorithm, answer, cut, MutableBytes(digest).first(digest_bytes));
  const auto says = [&](std::string_view what) {
    return fmt::format("{} of {}, {}, {} bytes cut at {}: {}", algorithm.name, algorithm.provider,
                       answer.document, answer.message.size(), cut, what);
  };
  if (failed(e)) return says(name(e));
  if (digest.back() != untouched) {
    return says(fmt::format("wrote past {} bytes of digest", digest_bytes));
  }
  digest.pop_back();
  const Bytes expected = Bytes(answer.digest).first(digest_bytes);
  if (equal_constant_time(digest, expected)) return {};
  return says(fmt::format("expected {}, got {}", to_hex(expected), to_hex(digest)));
}

}  // namespace

tl::expected<std::size_t, std::string> check_known_hashes(const Algorithm& algorithm) {
  std::size_t reproduced = 0;
  for (const KnownAnswer& answer : known_answers()) {
    if (answer.algorithm != algorithm.name) continue;
    for (std::size_t cut = 0; cut <= answer.message.size(); ++cut) {
      std::string failure = wrong(algorithm, answer, cut, answer.digest.size());
      if (!failure.empty()) return tl::unexpected(std::move(failure));
    }
    for (std::size_t bytes = 1; bytes < answer.digest.size(); ++bytes) {
      std::string failure = wrong(algorithm, answer, answer.message.size(), bytes);
      if (!failure.empty()) return tl::unexpected(std::move(failure));
    }
    ++reproduced;
  }
  return reproduced;
}

tl::expected<std::size_t, std::string> check_known_answers(const Algorithm& algorithm) {
  tl::expected<std::size_t, std::string> reproduced = 0;
  if (algorithm.family == Family::hash) reproduced = check_known_hashes(algorithm);
  if (algorithm.family == Family::aead) reproduced = check_known_aead(algorithm);
  if (algorithm.family == Family::compression) reproduced = check_known_compression(algorithm);
  if (reproduced && *reproduced == 0) {
    return tl::unexpected(fmt::format("{} of {}: there is no known answer to check it with",
                                      algorithm.name, algorithm.provider));
  }
  return reproduced;
}

}  // namespace tfm
