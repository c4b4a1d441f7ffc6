// SPDX-License-Identifier: MIT
// The SRH's HMAC compared with RFC 8754, which has no vectors. It is computed a second time, only
// from the packet's bytes.
#include "workloads/protocols/seg6_hmac.hpp"

#include <set>

#include "tests/workloads/protocols/independent.hpp"
#include "tests/workloads/protocols/support.hpp"

namespace tfm::test {
namespace {

constexpr std::size_t srh_at = 40, list_at = srh_at + 8;

Packet built(const Seg6Hmac& p, const Seg6Hmac::Connection& c, Direction d, std::size_t payload) {
  Packet packet(p.packet_bytes(payload));
  packet.resize(p.build(c, d, 0, payload, packet));
  EXPECT_FALSE(packet.empty());
  return packet;
}

std::size_t segments_of(const Packet& packet) { return packet.at(srh_at + 4) + 1U; }
std::size_t tlv_at(const Packet& packet) { return list_at + 16 * segments_of(packet); }

/// The HMAC over §2.1.2.1's text in one call, as the field's 32 bytes.
Packet expected(const char* hash, const TrafficKeys& keys, const Packet& packet, Direction d) {
  using namespace independent;
  Octets text = slice(packet, 8, 16);
  append(text, slice(packet, srh_at + 4, 2));
  append(text, slice(packet, tlv_at(packet) + 4, 4));
  append(text, slice(packet, list_at, 16 * segments_of(packet)));
  const Bytes key = key_of(keys, d);
  Octets hmac = mac("HMAC", hash, {key.begin(), key.end()}, text);
  hmac.resize(32);
  return hmac;
}

bool taken(const Seg6Hmac& p, const Seg6Hmac::Connection& c, Packet packet,
           Direction d = Direction::rx) {
  return static_cast<bool>(p.find(c, skb_of(packet, d)));
}

TEST(Seg6Hmac, DigestsEqualAnIndependentComputation) {
  for (const auto& [name, hash] : {std::pair{"hmac(sha1)", "SHA1"}, {"hmac(sha256)", "SHA256"}}) {
    for (const char* provider : {"nettle", "openssl"}) {
      const Algorithm& a = algorithm(name, provider);
      const Seg6Hmac p(a, {});
      std::set<std::size_t> segments;
      for (std::uint32_t index = 0; index < 100; ++index) {
        const auto c = p.connection(index);
        const TrafficKeys keys = p.keys(c).value();
        for (const Direction d : {Direction::tx, Direction::rx}) {
          Packet packet = built(p, c, d, index);
          segments.insert(segments_of(packet));
          EXPECT_EQ(to_hex(mac_of(p, a, c, keys, skb_of(packet, d))),
                    to_hex(expected(hash, keys, packet, d)));
        }
      }
      EXPECT_EQ(segments.size(), Seg6Hmac::max_segments);
      EXPECT_EQ(*segments.rbegin(), Seg6Hmac::max_segments);
    }
  }
}

TEST(Seg6Hmac, ComparesTheZerosBehindAShortDigest) {
  const Algorithm& a = algorithm("hmac(sha1)");
  const Seg6Hmac p(a, {});
  const auto c = p.connection(0);
  const TrafficKeys keys = p.keys(c).value();
  Packet packet = built(p, c, Direction::rx, 0);
  sign(p, a, c, keys, packet, Direction::rx);
  EXPECT_TRUE(accepts(p, a, c, keys, skb_of(packet, Direction::rx)));
  packet[tlv_at(packet) + 8 + 31] = 1;
  EXPECT_FALSE(accepts(p, a, c, keys, skb_of(packet, Direction::rx)));
}

TEST(Seg6Hmac, ChecksTheDestinationUnlessTheListIsReduced) {
  const Seg6Hmac p(algorithm("hmac(sha256)"), {});
  unsigned reduced = 0, whole = 0;
  for (std::uint32_t index = 0; index < 50; ++index) {
    const auto c = p.connection(index);
    const bool is_reduced = c.paths[1].reduced;
    (is_reduced ? reduced : whole) += 1;
    const Packet packet = built(p, c, Direction::rx, 10);
    ASSERT_TRUE(taken(p, c, packet));
    EXPECT_EQ(packet[tlv_at(packet) + 2], is_reduced ? 0x80 : 0);

    Packet elsewhere = packet;
    elsewhere[39] ^= 1;  // the destination's last byte
    EXPECT_EQ(taken(p, c, elsewhere), is_reduced);
    // One more than the list has: the first segment, which a reduced list lacks.
    Packet before = packet;
    before[srh_at + 3] = static_cast<std::uint8_t>(segments_of(packet));
    EXPECT_EQ(taken(p, c, before), is_reduced);
    before[srh_at + 3] += 1;
    EXPECT_FALSE(taken(p, c, before));
  }
  EXPECT_GT(reduced, 0U);
  EXPECT_GT(whole, 0U);
}

TEST(Seg6Hmac, RefusesInconsistentHeaders) {
  const Seg6Hmac p(algorithm("hmac(sha1)"), {});
  const auto c = p.connection(2);
  const Packet packet = built(p, c, Direction::rx, 300);
  const std::size_t tlv = tlv_at(packet);
  ASSERT_TRUE(taken(p, c, packet));
  EXPECT_FALSE(taken(p, c, packet, Direction::tx)) << "the other direction's key id";
  EXPECT_FALSE(taken(p, p.connection(3), packet)) << "another connection's key id";
  const auto changed = [&](std::size_t at, int to) {
    Packet other = packet;
    EXPECT_NE(other.at(at), to);
    other[at] = static_cast<std::uint8_t>(to);
    return taken(p, c, other);
  };
  EXPECT_FALSE(changed(0, 0x45)) << "IPv4";
  EXPECT_FALSE(changed(6, 17)) << "no routing header";
  EXPECT_FALSE(changed(srh_at + 1, 4)) << "no room for the TLV";
  EXPECT_FALSE(changed(srh_at + 1, 255)) << "beyond the packet";
  EXPECT_FALSE(changed(srh_at + 2, 0)) << "another type of routing header";
  EXPECT_FALSE(changed(srh_at + 4, 14)) << "15 segments";
  EXPECT_FALSE(changed(srh_at + 5, 0)) << "no HMAC flag";
  EXPECT_FALSE(changed(tlv, 4)) << "another TLV";
  EXPECT_FALSE(changed(tlv + 1, 30)) << "a shorter HMAC";
  EXPECT_TRUE(changed(tlv + 40 + 8 + 1, packet[tlv + 49] ^ 1)) << "the payload is not covered";
}

TEST(Seg6Hmac, TakesTwoHashesOverIpv6Only) {
  std::set<std::string_view> taken;
  for (const Algorithm* a : algorithms()) {
    if (Seg6Hmac::supports(*a)) taken.insert(a->name);
  }
  EXPECT_EQ(taken, (std::set<std::string_view>{"hmac(sha1)", "hmac(sha256)"}));
  EXPECT_TRUE(runs_over<Seg6Hmac>(true));
  EXPECT_FALSE(runs_over<Seg6Hmac>(false));
  EXPECT_TRUE(runs_over<Ah>(false) && runs_over<Ah>(true));
}

}  // namespace
}  // namespace tfm::test
