// SPDX-License-Identifier: MIT
// FNV-1a with 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv): names of blocks, shards and seeds are
// the same on every machine.
#pragma once

#include <cstdint>
#include <string_view>

namespace tfm::bench {

constexpr std::uint64_t fnv1a(std::string_view text) noexcept {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

}  // namespace tfm::bench
