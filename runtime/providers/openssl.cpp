// SPDX-License-Identifier: MIT
#include "runtime/providers/providers.hpp"

namespace tfm {
std::span<const Algorithm> openssl_algorithms() noexcept { return {}; }
Errno openssl_init() noexcept { return Errno::ok; }
}  // namespace tfm
