// SPDX-License-Identifier: MIT
// TCP-AO's sequence number extension (RFC 5925 §6.2): the upper half of a 64-bit sequence number.
// The lower half is on the wire.
#pragma once

#include <cstdint>

namespace tfm {

/// A sequence number with a known extension. The extensions of all numbers within 2^31 of it follow
/// from it.
struct SneBase {
  std::uint32_t sne = 0;
  std::uint32_t sequence = 0;
};

/// The extension of `sequence`, as Linux's tcp_ao_compute_sne() finds it (net/ipv4/tcp_ao.c): by
/// the shortest distance from the base, in either direction.
constexpr std::uint32_t sne_of(SneBase base, std::uint32_t sequence) noexcept {
  const auto way = static_cast<std::int32_t>(sequence - base.sequence);
  const std::uint64_t extended = std::uint64_t{base.sne} << 32 | base.sequence;
  return static_cast<std::uint32_t>((extended + static_cast<std::uint64_t>(std::int64_t{way})) >>
                                    32);
}

}  // namespace tfm
