// SPDX-License-Identifier: MIT
// One function per provider and family: what it offers. A new provider is a file here and a line in
// registry.cpp. Only registry.cpp calls these: an algorithm may be used once its provider is up.
#pragma once

#include <span>
#include <vector>

#include "runtime/algorithm.hpp"

namespace tfm {

std::span<const Algorithm> nettle_algorithms() noexcept;
std::span<const Algorithm> nettle_aead_algorithms() noexcept;
std::span<const Algorithm> openssl_algorithms() noexcept;
std::span<const Algorithm> openssl_aead_algorithms() noexcept;
std::span<const Algorithm> sodium_algorithms() noexcept;
/// As many as the machine has instructions for; after sodium_init_once().
std::span<const Algorithm> sodium_aead_algorithms() noexcept;

std::span<const Algorithm> zlib_algorithms() noexcept;

Errno openssl_init() noexcept;       // of both families
Errno openssl_aead_init() noexcept;  // a part of openssl_init()
Errno sodium_init_once() noexcept;
Errno zlib_init() noexcept;  ///< eproto: this zlib needs more memory than its formula says

/// The algorithms of the providers that came up, in the order in which they were added.
struct ProviderList {
  std::vector<const Algorithm*> algorithms;
  Errno first_failure = Errno::ok;

  /// Lists what a provider offers if it came up: what is listed can be used. If one of `offered`
  /// is larger than the limits of algorithm.hpp, the provider fails with einval: its users' buffers
  /// have those sizes.
  void add(Errno init, std::span<const Algorithm> offered);
};

}  // namespace tfm
