// SPDX-License-Identifier: MIT
#include <cstring>
#include <vector>

#include "runtime/providers/providers.hpp"

namespace tfm {
namespace {

Errno zero_init(void*, void*) noexcept { return Errno::ok; }
Errno zero_update(void*, void*, Bytes) noexcept { return Errno::ok; }
Errno zero_final(void*, void*, MutableBytes digest) noexcept {
  std::memset(digest.data(), 0, digest.size());
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

}  // namespace

const Algorithm& zero_algorithm() noexcept { return zero; }

std::span<const Algorithm* const> algorithms() noexcept {
  static const std::vector<const Algorithm*> all = [] {
    std::vector<const Algorithm*> list;
    for (const auto provider : {nettle_algorithms(), openssl_algorithms(), sodium_algorithms()}) {
      for (const Algorithm& a : provider) list.push_back(&a);
    }
    return list;
  }();
  return all;
}

const Algorithm* find_algorithm(std::string_view name, std::string_view provider) noexcept {
  for (const Algorithm* a : algorithms()) {
    if (a->name == name && a->provider == provider) return a;
  }
  return nullptr;
}

Errno providers_init() noexcept {
  static const Errno result = [] {
    if (const Errno e = openssl_init(); failed(e)) return e;
    return sodium_init_once();
  }();
  return result;
}

}  // namespace tfm
