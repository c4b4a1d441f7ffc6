// SPDX-License-Identifier: MIT
// One function per provider and family returns the algorithms on offer. A new provider is a file
// here and a line in registry.cpp. Only registry.cpp calls these functions: an algorithm must not
// be used before its provider is initialised.
#pragma once

#include <array>
#include <iterator>
#include <span>
#include <vector>

#include "runtime/algorithm.hpp"

namespace tfm {

std::span<const Algorithm> nettle_algorithms() noexcept;
std::span<const Algorithm> nettle_ahash_algorithms() noexcept;
std::span<const Algorithm> nettle_ahash_library_algorithms() noexcept;
std::span<const Algorithm> nettle_library_algorithms() noexcept;
std::span<const Algorithm> nettle_aead_algorithms() noexcept;
std::span<const Algorithm> openssl_algorithms() noexcept;
std::span<const Algorithm> openssl_aead_algorithms() noexcept;
std::span<const Algorithm> sodium_algorithms() noexcept;
/// The algorithms that this CPU supports. Call sodium_init_once() first.
std::span<const Algorithm> sodium_aead_algorithms() noexcept;

std::span<const Algorithm> zlib_algorithms() noexcept;
/// Call ipsec_mb_init() first: it finds their sizes.
std::span<const Algorithm> ipsec_mb_algorithms() noexcept;

Errno openssl_init() noexcept;       // of both families
Errno openssl_aead_init() noexcept;  // a part of openssl_init()
Errno sodium_init_once() noexcept;
/// Errors: enomem; eopnotsupp: the library does not run on this CPU.
Errno ipsec_mb_init() noexcept;
Errno zlib_init() noexcept;  ///< eproto: this zlib needs more memory than its formula says

/// The algorithms of the providers that initialised, in the order in which they were added.
struct ProviderList {
  std::array<std::vector<const Algorithm*>, std::size(all_apis)> algorithms;  ///< by api
  Errno first_failure = Errno::ok;

  /// Adds a provider's algorithms if `init` is ok: all that is listed can be used. If one of
  /// `offered` exceeds the limits of algorithm.hpp, the provider fails with einval, because buffers
  /// elsewhere have those sizes.
  void add(Errno init, std::span<const Algorithm> offered);
};

}  // namespace tfm
