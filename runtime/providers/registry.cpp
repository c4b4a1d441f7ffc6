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
  // Word by word, as a MAC is compared. A call of memset() would be a third of this function's
  // cost, and overlapping stores would stall the loads that follow.
  std::uint8_t* to = digest.data();
  std::size_t left = digest.size();
  for (; left >= 8; left -= 8, to += 8) std::memset(to, 0, 8);
  for (; left >= 4; left -= 4, to += 4) std::memset(to, 0, 4);
  for (; left > 0; --left, ++to) *to = 0;
  return Errno::ok;
}

// As the kernel's cipher_null: copies, unless it works in place.
Errno zero_decrypt(void*, void*, const AeadText& text, Bytes) noexcept {
  if (text.to != text.from.data()) std::memcpy(text.to, text.from.data(), text.from.size());
  return Errno::ok;
}
Errno zero_encrypt(void* request, void* transform, const AeadText& text,
                   MutableBytes tag) noexcept {
  static_cast<void>(zero_decrypt(request, transform, text, {}));
  return zero_final(request, transform, tag);
}
Errno zero_compress(void*, void*, Bytes, MutableBytes&) noexcept { return Errno::enospc; }

constexpr Algorithm zero{.name = "zero",
                         .provider = "none",
                         .digest_bytes = max_digest_bytes,
                         .flat = true,
                         .init = zero_init,
                         .update = zero_update,
                         .final = zero_final,
                         .encrypt = zero_encrypt,
                         .decrypt = zero_decrypt,
                         .compress = zero_compress,
                         .decompress = zero_compress};

/// Traffic keys, digests and tags are kept in buffers of one size, and hashes can run on a stack.
constexpr bool fits(const Algorithm& a) noexcept {
  const bool on_stack = a.request_context_bytes <= max_stack_context_bytes &&
                        a.transform_context_bytes <= max_stack_context_bytes;
  return a.digest_bytes <= max_digest_bytes && a.key_bytes <= max_digest_bytes &&
         (on_stack || a.family != Family::hash);
}
static_assert(fits(zero));

/// Initialised once, when an algorithm is first asked for.
const ProviderList& providers() noexcept {
  static const ProviderList all = [] {
    ProviderList p;
    p.add(Errno::ok, nettle_algorithms());
    p.add(Errno::ok, nettle_ahash_algorithms());
    p.add(Errno::ok, nettle_ahash_library_algorithms());
    p.add(Errno::ok, nettle_library_algorithms());
    p.add(Errno::ok, nettle_aead_algorithms());
    const Errno openssl = openssl_init();
    p.add(openssl, openssl_algorithms());
    p.add(openssl, openssl_aead_algorithms());
    const Errno sodium = sodium_init_once();
    p.add(sodium, sodium_algorithms());
    p.add(sodium, sodium_aead_algorithms());
    p.add(zlib_init(), zlib_algorithms());
    p.add(ipsec_mb_init(), ipsec_mb_algorithms());
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
  for (const Algorithm& a : offered) algorithms[static_cast<std::size_t>(a.api)].push_back(&a);
}

const Algorithm& zero_algorithm() noexcept { return zero; }

const Algorithm* find_algorithm(std::string_view name, std::string_view provider,
                                Api api) noexcept {
  for (const Algorithm* a : algorithms(api)) {
    if (a->name == name && a->provider == provider) return a;
  }
  return nullptr;
}

const Algorithm& library_form(const Algorithm& algorithm) noexcept {
  switch (algorithm.api) {
    case Api::ahash:
      return *find_algorithm(algorithm.name, algorithm.provider);
    case Api::ahash_library:
      return *find_algorithm(algorithm.name, algorithm.provider, Api::library);
    case Api::flat:
    case Api::library:
      break;
  }
  return algorithm;
}

std::span<const Algorithm* const> algorithms(Api api) noexcept {
  return providers().algorithms[static_cast<std::size_t>(api)];
}

Errno providers_init() noexcept { return providers().first_failure; }

}  // namespace tfm
