// SPDX-License-Identifier: MIT
// Ends and keys of the workloads below TCP, which have a security association for each direction.
// All of it follows from (seed, index).
#pragma once

#include <string>

#include "runtime/rng.hpp"
#include "workloads/protocol.hpp"
#include "workloads/protocols/tcp_draw.hpp"

namespace tfm {

/// The ends of the TCP workloads, with UDP port 49152 at both. Their addresses are unique to the
/// index.
TcpDraw draw_udp(std::uint64_t seed, std::uint32_t index, bool ipv6) noexcept;

/// Two random keys of `bytes` <= max_digest_bytes.
TrafficKeys draw_keys(std::uint64_t seed, std::uint32_t index, std::size_t bytes) noexcept;

/// The SPIs of a pair of IPsec associations, by direction. The receiver of a direction chooses:
/// this host counts up, its peers draw at random.
std::array<std::uint32_t, 2> draw_spis(Rng& rng, std::uint32_t index) noexcept;

/// "LOCAL REMOTE 0xNAME 0xKEY 0xNAME 0xKEY": the ends, then the identifier of the key in this
/// host's packets and that key, then the same for the peer's packets.
std::string association_line(const TcpDraw& draw, bool ipv6, std::array<std::uint32_t, 2> names,
                             const TrafficKeys& keys);

}  // namespace tfm
