// SPDX-License-Identifier: MIT
// What the protocols' tests share: packets signed and verified without a strategy, in memory that
// ends with the packet.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

#include "runtime/bytes.hpp"
#include "runtime/keyed_request.hpp"
#include "runtime/rng.hpp"
#include "tests/workloads/protocols/all_protocols.hpp"

namespace tfm {

inline void PrintTo(Errno e, std::ostream* out) { *out << name(e); }

namespace test {

using Packet = std::vector<std::uint8_t>;

inline Skb skb_of(Packet& packet, Direction direction = Direction::tx) {
  packet.shrink_to_fit();
  return {packet.data(), 0, static_cast<std::uint16_t>(packet.size()), direction, false};
}

/// Sets the packet's length in its IP header. False if there is no header or the packet is too
/// short.
inline bool set_ip_length(Packet& packet) {
  if (packet.empty()) return false;
  const unsigned version = packet[0] >> 4;
  const std::size_t header = version == 6 ? ipv6_header_bytes : ipv4_header_bytes;
  if ((version != 4 && version != 6) || packet.size() < header) return false;
  const std::size_t length = packet.size() - (version == 6 ? header : 0);
  store_be16(&packet[version == 6 ? 4 : 2], static_cast<std::uint16_t>(length));
  return true;
}

inline const Algorithm& algorithm(std::string_view name, std::string_view provider = "nettle") {
  EXPECT_EQ(providers_init(), Errno::ok);
  const Algorithm* found = find_algorithm(name, provider);
  if (found == nullptr) throw std::runtime_error("no such algorithm");
  return *found;
}

inline Bytes key_of(const TrafficKeys& keys, Direction d) {
  return {d == Direction::tx ? keys.tx.data() : keys.rx.data(), keys.bytes};
}

/// The protocol's MAC of a packet, or empty if the packet is refused.
template <Protocol P>
Packet mac_of(const P& protocol, const Algorithm& algorithm,
              const typename P::Connection& connection, const TrafficKeys& keys, const Skb& skb) {
  const auto found = protocol.find(connection, skb);
  if (found.mac().empty()) return {};
  const auto request = KeyedRequest::create(algorithm, key_of(keys, skb.direction)).value();
  Packet scratch(protocol.scratch_bytes());
  Packet mac(protocol.mac_bytes());
  EXPECT_EQ(protocol.digest(*request, scratch.data(), connection, skb, found, mac), Errno::ok);
  return mac;
}

template <Protocol P>
bool accepts(const P& protocol, const Algorithm& algorithm,
             const typename P::Connection& connection, const TrafficKeys& keys, const Skb& skb) {
  const Packet mac = mac_of(protocol, algorithm, connection, keys, skb);
  return !mac.empty() && equal_constant_time(mac, protocol.find(connection, skb).mac());
}

template <Protocol P>
void sign(const P& protocol, const Algorithm& algorithm, const typename P::Connection& connection,
          const TrafficKeys& keys, Packet& packet, Direction direction) {
  const Skb skb = skb_of(packet, direction);
  const Packet mac = mac_of(protocol, algorithm, connection, keys, skb);
  ASSERT_EQ(mac.size(), protocol.mac_bytes());
  std::copy(mac.begin(), mac.end(), protocol.find(connection, skb).mac().begin());
}

template <Protocol P>
Packet established(const P& protocol, const typename P::Connection& connection, Direction direction,
                   std::uint32_t sequence, std::size_t payload) {
  Packet packet(protocol.header_bytes() + payload);
  EXPECT_EQ(protocol.build(connection, direction, sequence, payload, packet), packet.size());
  return packet;
}

template <Protocol P>
Packet handshake(const P& protocol, const typename P::Connection& connection, Handshake segment) {
  Packet packet(128);
  packet.resize(protocol.build_handshake(connection, segment, packet));
  return packet;
}

}  // namespace test
}  // namespace tfm
