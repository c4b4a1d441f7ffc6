// SPDX-License-Identifier: MIT
// UDP datagrams (RFC 768): what protocols below the transport layer carry.
#pragma once

#include "runtime/algorithm.hpp"
#include "workloads/protocols/ip.hpp"

namespace tfm {

inline constexpr std::size_t udp_header_bytes = 8;

/// Fills `datagram`, which has 8 to 65,535 bytes, with a UDP header, including its checksum, and
/// with data drawn from `seed`.
void write_udp(MutableBytes datagram, bool ipv6, const Ends& ends, std::uint64_t seed) noexcept;

/// As above, but only the header. The data is there already.
void write_udp_header(MutableBytes datagram, bool ipv6, const Ends& ends) noexcept;

}  // namespace tfm
