// SPDX-License-Identifier: MIT
// As the kernel's BUG(): the caller broke the contract, and to continue would corrupt memory.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace tfm {

/// Prints the line "zone: …" and aborts the process.
template <class... Arguments>
[[noreturn]] void zone_bug(const char* format, Arguments... arguments) noexcept {
  std::fputs("zone: ", stderr);
  std::fprintf(stderr, format, arguments...);
  std::fputc('\n', stderr);
  std::abort();
}

}  // namespace tfm
