// SPDX-License-Identifier: MIT
// What the workloads below TCP draw that have a security association for each direction: ends and
// keys. All of it follows from (seed, index).
#pragma once

#include <string>

#include "runtime/rng.hpp"
#include "workloads/protocol.hpp"
#include "workloads/protocols/tcp_draw.hpp"

namespace tfm {

/// The ends of the TCP workloads, whose addresses are unique to the index; the ports are UDP's own.
TcpDraw draw_udp(std::uint64_t seed, std::uint32_t index, bool ipv6) noexcept;

/// Two random keys of `bytes` <= max_digest_bytes.
TrafficKeys draw_keys(std::uint64_t seed, std::uint32_t index, std::size_t bytes) noexcept;

/// The SPIs of a pair of IPsec associations, by direction. Receivers choose: this host counts, its
/// peers draw.
std::array<std::uint32_t, 2> draw_spis(Rng& rng, std::uint32_t index) noexcept;

/// "LOCAL REMOTE 0xNAME 0xKEY 0xNAME 0xKEY": the ends, then what this host's packets name their key
/// by, and the key; then the peer's.
std::string association_line(const TcpDraw& draw, bool ipv6, std::array<std::uint32_t, 2> names,
                             const TrafficKeys& keys);

}  // namespace tfm
