// SPDX-License-Identifier: MIT
// The one list of algorithms, in registration order.
#include <algorithm>
#include <cstring>

#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

Errno zero_init(void*, void*) noexcept { return Errno::ok; }
Errno zero_update(void*, void*, Bytes) noexcept { return Errno::ok; }
Errno zero_final(void*, void*, MutableBytes digest) noexcept {
  // Word by word, as a MAC is compared: a call of memset() would be a third of what this costs, and
  // stores that overlap would stall the loads that follow.
  std::uint8_t* to = digest.data();
  std::size_t left = digest.size();
  for (; left >= 8; left -= 8, to += 8) std::memset(to, 0, 8);
  for (; left >= 4; left -= 4, to += 4) std::memset(to, 0, 4);
  for (; left > 0; --left, ++to) *to = 0;
  return Errno::ok;
}

constexpr Algorithm zero{
    .name = "zero",
    .provider = "none",
    .digest_bytes = max_digest_bytes,
    .key_bytes = 0,
    .keyed = false,
    .flat = true,
    .transform_context_bytes = 0,
    .request_context_bytes = 0,
    .transform_init = nullptr,
    .transform_exit = nullptr,
    .request_init = nullptr,
    .request_exit = nullptr,
    .setkey = nullptr,
    .init = zero_init,
    .update = zero_update,
    .final = zero_final,
};

/// A traffic key and a digest are kept in buffers of one size.
constexpr bool fits(const Algorithm& a) noexcept {
  return a.request_context_bytes <= max_request_context_bytes &&
         a.transform_context_bytes <= max_transform_context_bytes &&
         a.digest_bytes <= max_digest_bytes && a.key_bytes <= max_digest_bytes;
}
static_assert(fits(zero));

/// Brought up once, by whoever asks first for an algorithm.
const ProviderList& providers() noexcept {
  static const ProviderList all = [] {
    ProviderList p;
    p.add(Errno::ok, nettle_algorithms());
    p.add(openssl_init(), openssl_algorithms());
    p.add(sodium_init_once(), sodium_algorithms());
    return p;
  }();
  return all;
}

}  // namespace

void ProviderList::add(Errno init, std::span<const Algorithm> offered) {
  if (!failed(init) && !std::ranges::all_of(offered, fits)) init = Errno::einval;
  if (failed(init)) {
    if (!failed(first_failure)) first_failure = init;
    return;
  }
  for (const Algorithm& a : offered) algorithms.push_back(&a);
}

const Algorithm& zero_algorithm() noexcept { return zero; }

const Algorithm* find_algorithm(std::string_view name, std::string_view provider) noexcept {
  for (const Algorithm* a : algorithms()) {
    if (a->name == name && a->provider == provider) return a;
  }
  return nullptr;
}

std::span<const Algorithm* const> algorithms() noexcept { return providers().algorithms; }

Errno providers_init() noexcept { return providers().first_failure; }

}  // namespace tfm
