// SPDX-License-Identifier: MIT
// UDP datagrams (RFC 768): what protocols below the transport layer carry.
#pragma once

#include "runtime/algorithm.hpp"
#include "workloads/protocols/ip.hpp"

namespace tfm {

inline constexpr std::size_t udp_header_bytes = 8;

/// Fills `datagram`, of 8 to 65,535 bytes, with a UDP header, its checksum complete, and with data
/// drawn from `seed`.
void write_udp(MutableBytes datagram, bool ipv6, const Ends& ends, std::uint64_t seed) noexcept;

/// As above, in front of data that is there.
void write_udp_header(MutableBytes datagram, bool ipv6, const Ends& ends) noexcept;

}  // namespace tfm
