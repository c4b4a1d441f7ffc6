// SPDX-License-Identifier: MIT
// Which packets have a valid IP header.
#include "workloads/protocols/ip.hpp"

#include "tests/workloads/protocols/support.hpp"

namespace tfm::test {
namespace {

constexpr std::size_t payload = 24;

Packet packet_of(bool ipv6) {
  Packet packet(ip_header_bytes(ipv6) + payload);
  write_ip_header(packet.data(), ipv6, {}, payload, 0, ip_protocol_udp);
  return packet;
}

/// The packet with other bytes from `at` on.
Packet with(Packet packet, std::size_t at, std::initializer_list<std::uint8_t> bytes) {
  std::copy(bytes.begin(), bytes.end(), packet.begin() + static_cast<std::ptrdiff_t>(at));
  return packet;
}

std::size_t header_of(Packet packet, bool ipv6, std::size_t least = payload) {
  return ip_header_of(skb_of(packet), ipv6, least).bytes;
}

TEST(IpHeader, HasALengthAndANextProtocol) {
  for (bool ipv6 : {false, true}) {
    Packet packet = packet_of(ipv6);
    const IpHeader header = ip_header_of(skb_of(packet), ipv6, payload);
    EXPECT_EQ(header.bytes, ip_header_bytes(ipv6));
    EXPECT_EQ(header.next, ip_protocol_udp);
  }
}

TEST(IpHeader, IsRefusedInTheOtherVersion) {
  for (bool ipv6 : {false, true}) {
    EXPECT_EQ(header_of(packet_of(ipv6), !ipv6, 0), 0U);
    for (unsigned version = 0; version < 16; ++version) {
      const auto byte = static_cast<std::uint8_t>(version << 4 | (ipv6 ? 0 : 5));
      EXPECT_EQ(header_of(with(packet_of(ipv6), 0, {byte}), ipv6) != 0, version == (ipv6 ? 6 : 4));
    }
  }
}

TEST(IpHeader, IsRefusedIfLengthsDiffer) {
  for (bool ipv6 : {false, true}) {
    const std::size_t at = ipv6 ? 4 : 2;
    const Packet packet = packet_of(ipv6);
    for (int by : {-1, 1, 256}) {
      const int length = packet.at(at) * 256 + packet.at(at + 1) + by;
      EXPECT_EQ(header_of(with(packet, at,
                               {static_cast<std::uint8_t>(length / 256),
                                static_cast<std::uint8_t>(length % 256)}),
                          ipv6),
                0U)
          << by;
    }
    for (std::size_t bytes = 0; bytes < packet.size(); ++bytes) {
      EXPECT_EQ(
          header_of({packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(bytes)}, ipv6, 0),
          0U);
    }
  }
}

TEST(IpHeader, IsRefusedWithoutRoomBehindIt) {
  for (bool ipv6 : {false, true}) {
    EXPECT_NE(header_of(packet_of(ipv6), ipv6, payload), 0U);
    EXPECT_EQ(header_of(packet_of(ipv6), ipv6, payload + 1), 0U);
  }
}

TEST(IpHeader, CountsOptions) {
  for (unsigned words = 0; words < 16; ++words) {
    const Packet packet = with(packet_of(false), 0, {static_cast<std::uint8_t>(0x40 | words)});
    EXPECT_EQ(header_of(packet, false, 8), words >= 5 && words <= 9 ? words * 4 : 0) << words;
  }
}

TEST(IpHeader, IsRefusedInFragments) {
  EXPECT_NE(header_of(with(packet_of(false), 6, {0x40, 0}), false), 0U) << "don't fragment";
  EXPECT_EQ(header_of(with(packet_of(false), 6, {0x20, 0}), false), 0U) << "the first of several";
  EXPECT_EQ(header_of(with(packet_of(false), 6, {0x20, 1}), false), 0U) << "one in the middle";
  EXPECT_EQ(header_of(with(packet_of(false), 6, {0x00, 1}), false), 0U) << "the last";
}

}  // namespace
}  // namespace tfm::test
