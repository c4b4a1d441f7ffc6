// SPDX-License-Identifier: MIT
#include "bench/micro/message.hpp"

#include <cstdlib>

#include "runtime/keyed_request.hpp"
#include "runtime/rng.hpp"

namespace tfm::micro {
namespace {

constexpr std::size_t sne_bytes = 4, pseudo_header_bytes = 12, tcp_header_bytes = 36;
constexpr std::size_t header_bytes = sne_bytes + pseudo_header_bytes + tcp_header_bytes;

std::vector<std::uint8_t> random_bytes(Rng& rng, std::size_t length) {
  std::vector<std::uint8_t> bytes(length);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(rng.next());
  return bytes;
}

/// The MAC from the first provider that has the algorithm, with all bytes in one update.
Mac reference(const Algorithm& of, Bytes key, Bytes text) {
  const Algorithm* algorithm = &of;
  for (const Algorithm* a : algorithms()) {
    if (a->name == of.name) {
      algorithm = a;
      break;
    }
  }
  Mac mac{};
  const auto request = KeyedRequest::create(*algorithm, key).value();
  Errno e = hash_init(*request);
  if (!failed(e)) e = hash_update(*request, text);
  if (!failed(e)) e = hash_final(*request, mac);
  if (failed(e)) std::abort();  // known answers have just been reproduced
  return mac;
}

}  // namespace

Message::Message(const Algorithm& algorithm, std::size_t bytes) {
  Rng rng(1);
  key_ = random_bytes(rng, algorithm.key_bytes);
  text_ = random_bytes(rng, header_bytes + bytes);
  const Bytes text(text_);
  updates_ = {text.first(sne_bytes), text.subspan(sne_bytes, pseudo_header_bytes),
              text.subspan(sne_bytes + pseudo_header_bytes, tcp_header_bytes),
              text.subspan(header_bytes)};
  expected_ = reference(algorithm, key_, text);
}

}  // namespace tfm::micro
