// SPDX-License-Identifier: MIT
// One function per provider: what it offers. A new provider is a file here and a line in
// registry.cpp. Only registry.cpp calls these: an algorithm may be used once its provider is up.
#pragma once

#include <span>

#include "runtime/algorithm.hpp"

namespace tfm {

std::span<const Algorithm> nettle_algorithms() noexcept;
std::span<const Algorithm> openssl_algorithms() noexcept;
std::span<const Algorithm> sodium_algorithms() noexcept;

Errno openssl_init() noexcept;
Errno sodium_init_once() noexcept;

}  // namespace tfm
