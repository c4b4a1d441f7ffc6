// SPDX-License-Identifier: MIT
// AH compared with RFC 4302, which has no vectors. The ICVs are computed a second time, over a
// whole packet with its mutable parts zeroed by position, with and without options.
#include "workloads/protocols/ah.hpp"

#include <set>

#include "tests/workloads/protocols/independent.hpp"
#include "tests/workloads/protocols/support.hpp"

namespace tfm::test {
namespace {

using independent::Octets;

struct Hash {
  const char *name, *mac, *sub;
  std::size_t icv;
};
constexpr Hash hashes[] = {{"hmac(sha1)", "HMAC", "SHA1", 12},
                           {"hmac(sha256)", "HMAC", "SHA256", 16},
                           {"cmac(aes128)", "CMAC", "AES-128-CBC", 12}};

Packet built(const Ah& p, const Ah::Connection& c, Direction d, std::size_t payload) {
  Packet packet(p.packet_bytes(payload));
  EXPECT_EQ(p.build(c, d, 7, payload, packet), packet.size());
  return packet;
}

/// The packet with `octets` between its fixed IP header and what follows.
Packet with_options(Packet packet, const Octets& octets) {
  const bool ipv6 = packet.at(0) >> 4 == 6;
  packet.insert(packet.begin() + (ipv6 ? 40 : 20), octets.begin(), octets.end());
  if (ipv6) {
    store_be16(&packet[4], static_cast<std::uint16_t>(packet.size() - 40));
    packet[6] = 0;  // hop-by-hop
  } else {
    store_be16(&packet[2], static_cast<std::uint16_t>(packet.size()));
    packet[0] = static_cast<std::uint8_t>(0x45 + octets.size() / 4);
  }
  return packet;
}

/// The ICV of a packet with its AH at offset `ah`. `zeros` are the offsets of mutable bytes outside
/// the fixed header.
Octets icv_of(const Hash& hash, Bytes key, Octets packet, std::size_t ah,
              const std::vector<std::size_t>& zeros = {}) {
  if (packet.at(0) >> 4 == 6) {
    packet.at(0) = 0x60;
    for (std::size_t at : {1, 2, 3, 7}) packet.at(at) = 0;
  } else {
    for (std::size_t at : {1, 6, 7, 8, 10, 11}) packet.at(at) = 0;
  }
  for (std::size_t at : zeros) packet.at(at) = 0;
  for (std::size_t i = 0; i < hash.icv; ++i) packet.at(ah + 12 + i) = 0;
  Octets icv = independent::mac(hash.mac, hash.sub, {key.begin(), key.end()}, packet);
  icv.resize(hash.icv);
  return icv;
}

TEST(Ah, IcvsEqualAnIndependentComputation) {
  for (const Hash& hash : hashes) {
    for (const char* provider : {"nettle", "openssl"}) {
      const Algorithm& a = algorithm(hash.name, provider);
      for (const bool ipv6 : {false, true}) {
        const Ah p(a, {.ipv6 = ipv6});
        for (std::uint32_t index = 0; index < 8; ++index) {
          const auto c = p.connection(index);
          const TrafficKeys keys = p.keys(c).value();
          for (const std::size_t payload : {0U, 1U, 94U, 1400U}) {
            for (const Direction d : {Direction::tx, Direction::rx}) {
              Packet packet = built(p, c, d, payload);
              EXPECT_EQ(to_hex(mac_of(p, a, c, keys, skb_of(packet, d))),
                        to_hex(icv_of(hash, key_of(keys, d), packet, ipv6 ? 40 : 20)));
            }
          }
        }
      }
    }
  }
}

TEST(Ah, HeadersArePaddedForTheIpVersion) {
  for (const Hash& hash : hashes) {
    const Ah v4(algorithm(hash.name), {.ipv6 = false}), v6(algorithm(hash.name), {.ipv6 = true});
    const Packet in_v4 = built(v4, v4.connection(0), Direction::tx, 0);
    const Packet in_v6 = built(v6, v6.connection(0), Direction::tx, 0);
    EXPECT_EQ(in_v4[20 + 1], hash.icv == 12 ? 4 : 5);  // 24 and 28 bytes
    EXPECT_EQ(in_v6[40 + 1], hash.icv == 12 ? 4 : 6);  // 24 and 32
  }
}

TEST(Ah, ZeroesIpv4OptionsThatRoutersChangeAndKeepsTheOthers) {
  const Hash& hash = hashes[0];
  const Algorithm& a = algorithm(hash.name);
  const Ah p(a, {});
  const auto c = p.connection(5);
  const TrafficKeys keys = p.keys(c).value();
  const Octets options = {148, 4,  0, 1,                         // router alert: stays
                          7,   7,  8, 10, 1, 2, 3,               // record route: zeroed
                          1,                                     // no operation: stays
                          131, 11, 4, 10, 9, 9, 9, 10, 8, 8, 8,  // loose source route: zeroed
                          0};
  std::vector<std::size_t> zeros;
  for (std::size_t i = 4; i < 11; ++i) zeros.push_back(20 + i);
  for (std::size_t i = 12; i < 23; ++i) zeros.push_back(20 + i);
  for (const Direction d : {Direction::tx, Direction::rx}) {
    Packet packet = with_options(built(p, c, d, 50), options);
    Octets arrives = packet;
    // The sender uses the destination that the receiver will see: the route's last address.
    if (d == Direction::tx) std::copy_n(options.begin() + 19, 4, arrives.begin() + 16);
    EXPECT_EQ(to_hex(mac_of(p, a, c, keys, skb_of(packet, d))),
              to_hex(icv_of(hash, key_of(keys, d), arrives, 44, zeros)));
  }
  // A route that is used up does not change the destination.
  Octets gone = options;
  gone[14] = 12;
  Packet packet = with_options(built(p, c, Direction::tx, 50), gone);
  EXPECT_EQ(to_hex(mac_of(p, a, c, keys, skb_of(packet))),
            to_hex(icv_of(hash, key_of(keys, Direction::tx), packet, 44, zeros)));
}

TEST(Ah, ZeroesMutableIpv6Options) {
  const Hash& hash = hashes[1];
  const Algorithm& a = algorithm(hash.name);
  const Ah p(a, {.ipv6 = true});
  const auto c = p.connection(5);
  const TrafficKeys keys = p.keys(c).value();
  const Octets extensions = {60, 0, 5, 2,    0, 0, 0x3e, 0,  // router alert
                             51, 1, 0, 0x3e, 4, 1, 2,    3, 4, 1, 1, 9, 0x1e, 2, 7, 7};
  Packet packet = with_options(built(p, c, Direction::rx, 50), extensions);
  std::vector<std::size_t> zeros;
  for (std::size_t i = 13; i < 17; ++i) zeros.push_back(40 + i);
  EXPECT_EQ(to_hex(mac_of(p, a, c, keys, skb_of(packet, Direction::rx))),
            to_hex(icv_of(hash, key_of(keys, Direction::rx), packet, 64, zeros)));

  Packet routing = packet;
  routing[6] = 43;
  EXPECT_FALSE(p.find(c, skb_of(routing, Direction::rx))) << "a routing header";
}

TEST(Ah, RefusesOptionsThatDoNotFillTheirHeader) {
  const Ah v4(algorithm("hmac(sha1)"), {}), v6(algorithm("hmac(sha1)"), {.ipv6 = true});
  const auto taken = [](const Ah& p, const Octets& options) {
    const auto c = p.connection(1);
    Packet packet = with_options(built(p, c, Direction::rx, 0), options);
    return static_cast<bool>(p.find(c, skb_of(packet, Direction::rx)));
  };
  EXPECT_TRUE(taken(v4, {7, 4, 4, 0}));
  EXPECT_FALSE(taken(v4, {7, 5, 4, 0})) << "beyond the header";
  EXPECT_FALSE(taken(v4, {7, 1, 4, 0})) << "shorter than its own length";
  EXPECT_FALSE(taken(v4, {1, 1, 1, 7})) << "no room for a length";
  EXPECT_FALSE(taken(v4, {131, 3, 4, 0})) << "a route without an address";
  EXPECT_TRUE(taken(v6, {51, 0, 1, 4, 0, 0, 0, 0}));
  EXPECT_FALSE(taken(v6, {51, 0, 1, 5, 0, 0, 0, 0})) << "beyond the header";
  EXPECT_FALSE(taken(v6, {51, 0, 1, 3, 0, 0, 0, 1})) << "no room for a length";
  EXPECT_FALSE(taken(v6, {51, 9, 1, 4, 0, 0, 0, 0})) << "beyond the packet";
  // 88 bytes of extension headers fit, 96 do not.
  Octets many(96, 0);
  for (std::size_t at = 0; at < many.size(); at += 8) many[at] = 60;
  many[80] = 51;
  EXPECT_TRUE(taken(v6, {many.begin(), many.begin() + 88}));
  many[80] = 60;
  many[88] = 51;
  EXPECT_FALSE(taken(v6, many));
}

TEST(Ah, RefusesFragmentsReplaysAndOtherSpis) {
  for (const bool ipv6 : {false, true}) {
    const Algorithm& a = algorithm("hmac(sha256)");
    const Ah p(a, {.ipv6 = ipv6});
    const auto c = p.connection(1);
    Packet packet = built(p, c, Direction::rx, 20);
    const auto found = p.find(c, skb_of(packet, Direction::rx));
    ASSERT_TRUE(found);
    Ah::State state;
    EXPECT_TRUE(p.replay_check(state, found));
    p.replay_advance(state, found);
    EXPECT_FALSE(p.replay_check(state, found));
    EXPECT_FALSE(p.find(c, skb_of(packet, Direction::tx))) << "the other direction's SPI";
    EXPECT_FALSE(p.find(p.connection(2), skb_of(packet, Direction::rx))) << "another's SPI";
    const std::size_t ah = ipv6 ? 40 : 20;
    packet[ah + 1] += 1;
    EXPECT_FALSE(p.find(c, skb_of(packet, Direction::rx))) << "a longer header";
    packet[ah + 1] -= 1;
    if (ipv6) continue;
    packet[6] = 0x20;
    EXPECT_FALSE(p.find(c, skb_of(packet, Direction::rx))) << "a first fragment";
    packet[6] = 0;
    packet[7] = 1;
    EXPECT_FALSE(p.find(c, skb_of(packet, Direction::rx))) << "a later fragment";
  }
}

TEST(Ah, TakesTheThreeAlgorithmsWithAnRfc) {
  std::set<std::string_view> taken;
  for (const Algorithm* a : algorithms()) {
    if (Ah::supports(*a)) taken.insert(a->name);
  }
  EXPECT_EQ(taken, (std::set<std::string_view>{"hmac(sha1)", "hmac(sha256)", "cmac(aes128)"}));
}

}  // namespace
}  // namespace tfm::test
