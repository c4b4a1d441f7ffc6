// SPDX-License-Identifier: MIT
// What a protocol is: wire format, keys and what is hashed. It never learns who owns the request:
// whoever signs or verifies hands it one, with scratch.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/skb.hpp"
#include "runtime/transform.hpp"

namespace tfm {

/// The traffic keys of one connection in one phase, each `bytes` long; 0 where keys are appended to
/// the message and the algorithm is keyless.
struct TrafficKeys {
  std::array<std::uint8_t, max_digest_bytes> tx{}, rx{};
  std::size_t bytes = 0;
};

/// What varies between workloads of one protocol.
struct ProtocolOptions {
  bool ipv6 = false;
  bool options_covered = true;    ///< TCP-AO: TCP options other than AO are in the MAC
  std::string_view shared_key{};  ///< if not empty: every connection's master key
  std::uint64_t seed = 1;         ///< keys, addresses, ports and ISNs are drawn from it
};

/// The segments of a handshake that are authenticated with keys of their own.
enum class Handshake : std::uint8_t { syn, syn_ack };

// clang-format off
template <class P>
concept Protocol =
    requires(const P p, const Algorithm& algorithm, const ProtocolOptions& options,
             std::uint32_t index, const typename P::Connection& connection, const Skb& skb,
             Direction direction, Handshake segment, std::uint32_t sequence, std::size_t payload,
             MutableBytes bytes, Request& request, std::uint8_t* scratch,
             typename P::Found found) {
      { P::name } -> std::convertible_to<std::string_view>;
      { P::summary } -> std::convertible_to<std::string_view>;  // one line for `list`
      { P::supports(algorithm) } -> std::same_as<bool>;
      // `algorithm` also derives the keys (on transforms of the protocol's own).
      requires std::constructible_from<P, const Algorithm&, const ProtocolOptions&>;

      { p.scratch_bytes() } -> std::same_as<std::size_t>;
      { p.mac_bytes() } -> std::same_as<std::size_t>;
      { p.header_bytes() } -> std::same_as<std::size_t>;      // IP header to the last TCP option

      // A connection is at most a cache line, the same for every strategy, and read-only while
      // packets flow. Deterministic in (seed, index).
      { p.connection(index) } -> std::same_as<typename P::Connection>;
      { p.keys(connection) } -> std::same_as<Result<TrafficKeys>>;            // established
      { p.handshake_keys(connection) } -> std::same_as<Result<TrafficKeys>>;  // a SYN's

      // The master key as text, for those who check our packets.
      { p.master_key(connection) } -> std::same_as<std::string>;

      // Writes an IP packet (header_bytes() + payload) with a zero MAC, the TCP checksum left to the
      // device (CHECKSUM_PARTIAL); `sequence` numbers the segments of a connection from 0. Returns
      // its length, or 0 where `bytes` is too small.
      { p.build(connection, direction, sequence, payload, bytes) } -> std::same_as<std::size_t>;
      { p.build_handshake(connection, segment, bytes) } -> std::same_as<std::size_t>;
      { p.direction_of(connection, segment) } -> std::same_as<Direction>;  // who opened

      // The packet's parts, if it carries a MAC for this connection (option present, length right,
      // KeyID known). mac(): where it stands, mac_bytes() long; empty otherwise: refused.
      { p.find(connection, skb) } noexcept -> std::same_as<typename P::Found>;
      { found.mac() } noexcept -> std::same_as<MutableBytes>;
      // The MAC of a packet whose parts were found, computed with a request that carries the
      // direction's key. Writes mac_bytes(). Uses scratch_bytes() of scratch.
      { p.digest(request, scratch, connection, skb, found, bytes) } noexcept -> std::same_as<Errno>;
      // Whether a flip of any bit of the byte at an offset must be refused.
      { p.covers(skb, payload) } -> std::same_as<bool>;
    };
// clang-format on

}  // namespace tfm
