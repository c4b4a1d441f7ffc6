// SPDX-License-Identifier: MIT
#include "bench/cell/reference.hpp"

#include <array>
#include <stdexcept>

namespace tfm::bench {
namespace {

/// A request with a key of zeros. begin() sets the real key.
KeyedRequest request_of(const Algorithm& algorithm) {
  constexpr std::array<std::uint8_t, max_digest_bytes> zeros{};
  auto made = KeyedRequest::create(algorithm, Bytes(zeros).first(algorithm.key_bytes));
  if (!made) throw std::runtime_error("the reference's transform cannot be made");
  return std::move(*made);
}

}  // namespace

const Algorithm& Reference::of(const Algorithm& measured) noexcept {
  for (const Algorithm* a : algorithms()) {
    if (a->name == measured.name && a->provider != measured.provider) return *a;
  }
  return measured;
}

Reference::Reference(const Algorithm& measured, std::size_t scratch_bytes)
    : request_(request_of(of(measured))), scratch_(scratch_bytes) {}

void Reference::begin(Bytes key) {
  if (request().algorithm->keyed && failed(request_.rekey(key))) {
    throw std::runtime_error("the reference refuses a traffic key");
  }
}

}  // namespace tfm::bench
