// SPDX-License-Identifier: MIT
// What every protocol must do, over IPv4 and IPv6, options covered and not.
#include <algorithm>
#include <set>
#include <string>
#include <tuple>

#include "tests/workloads/protocols/support.hpp"

namespace tfm::test {
namespace {

template <class P>
class ProtocolContract : public ::testing::Test {
 protected:
  const Algorithm& algorithm_ = algorithm(P::name == TcpMd5::name ? "md5" : "hmac(sha1)");

  /// Every variant, with a connection that rolls over among its first.
  template <class F>
  void for_variants(F&& f) {
    for (bool ipv6 : {false, true}) {
      for (bool covered : {true, false}) {
        SCOPED_TRACE(ipv6 ? "IPv6" : "IPv4");
        SCOPED_TRACE(covered ? "options covered" : "options omitted");
        f(P(algorithm_, {.ipv6 = ipv6, .options_covered = covered}));
      }
    }
  }
};

using AllProtocols = ::testing::Types<TcpAo, TcpMd5>;
TYPED_TEST_SUITE(ProtocolContract, AllProtocols);

TYPED_TEST(ProtocolContract, AcceptsWhatItSignedAndNothingElse) {
  this->for_variants([&](const TypeParam& p) {
    const auto c = p.connection(3);
    const TrafficKeys keys = p.keys(c).value();
    for (Direction d : {Direction::tx, Direction::rx}) {
      Packet packet = established(p, c, d, 5, 94);
      EXPECT_FALSE(accepts(p, this->algorithm_, c, keys, skb_of(packet, d))) << "a zero MAC";
      sign(p, this->algorithm_, c, keys, packet, d);
      EXPECT_TRUE(accepts(p, this->algorithm_, c, keys, skb_of(packet, d)));
      EXPECT_FALSE(accepts(p, this->algorithm_, p.connection(4), p.keys(p.connection(4)).value(),
                           skb_of(packet, d)))
          << "another connection's";
    }
  });
}

TYPED_TEST(ProtocolContract, RefusesEveryFlippedBitThatItCovers) {
  this->for_variants([&](const TypeParam& p) {
    const auto c = p.connection(1);
    const TrafficKeys keys = p.keys(c).value();
    Packet packet = established(p, c, Direction::rx, 2, 33);
    sign(p, this->algorithm_, c, keys, packet, Direction::rx);
    std::size_t covered = 0;
    for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
      const bool must_refuse = p.covers(skb_of(packet, Direction::rx), bit / 8);
      covered += must_refuse ? 1 : 0;
      Packet flipped = packet;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      const bool accepted = accepts(p, this->algorithm_, c, keys, skb_of(flipped, Direction::rx));
      EXPECT_FALSE(accepted && must_refuse) << "bit " << bit;
    }
    // All of the payload, the MAC, and TCP's fixed header but its checksum, at the least.
    EXPECT_GE(covered, (33 + p.mac_bytes() + 18) * 8);
  });
}

TYPED_TEST(ProtocolContract, RefusesEveryTruncation) {
  this->for_variants([&](const TypeParam& p) {
    const auto c = p.connection(1);
    const TrafficKeys keys = p.keys(c).value();
    for (Packet whole :
         {established(p, c, Direction::tx, 0, 40), handshake(p, c, Handshake::syn)}) {
      for (std::size_t length = 0; length < whole.size(); ++length) {
        Packet cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_TRUE(p.find(c, skb_of(cut)).mac().empty()) << length;
        // And with lengths that fit the IP header, so that only TCP's are wrong.
        if (length < ip_header_bytes(cut.size() > 0 && cut[0] >> 4 == 6)) continue;
        const bool ipv6 = cut[0] >> 4 == 6;
        store_be16(&cut[ipv6 ? 4 : 2], static_cast<std::uint16_t>(length - (ipv6 ? 40 : 0)));
        const Skb skb = skb_of(cut);
        if (find_tcp(skb, ipv6)) {
          EXPECT_FALSE(accepts(p, this->algorithm_, c, keys, skb)) << length;
        } else {
          EXPECT_TRUE(p.find(c, skb).mac().empty()) << length;
        }
      }
    }
  });
}

TYPED_TEST(ProtocolContract, SignsHandshakesBothWays) {
  this->for_variants([&](const TypeParam& p) {
    bool active = false, passive = false;
    for (std::uint32_t index = 0; index < 16; ++index) {
      const auto c = p.connection(index);
      for (Handshake h : {Handshake::syn, Handshake::syn_ack}) {
        const Direction d = p.direction_of(c, h);
        (d == Direction::tx ? active : passive) = true;
        const TrafficKeys keys =
            h == Handshake::syn ? p.handshake_keys(c).value() : p.keys(c).value();
        Packet packet = handshake(p, c, h);
        sign(p, this->algorithm_, c, keys, packet, d);
        EXPECT_TRUE(accepts(p, this->algorithm_, c, keys, skb_of(packet, d)));
        const TcpSegment tcp = find_tcp(skb_of(packet, d), packet[0] >> 4 == 6);
        EXPECT_EQ(tcp.flags(), h == Handshake::syn ? tcp_flag::syn : tcp_flag::syn | tcp_flag::ack);
      }
      EXPECT_NE(p.direction_of(c, Handshake::syn), p.direction_of(c, Handshake::syn_ack));
    }
    EXPECT_TRUE(active && passive);
  });
}

TYPED_TEST(ProtocolContract, DrawsTheSameFromTheSameSeedAndTellsConnectionsApart) {
  this->for_variants([&](const TypeParam& p) {
    std::set<std::string> ends, keys;
    const std::uint32_t indices[] = {0,     1,     2,         255,      256,
                                     65535, 65536, 1'000'000, 0xffffff, 0x1000000};
    for (std::uint32_t index : indices) {
      const auto c = p.connection(index);
      Packet packet = established(p, c, Direction::tx, 7, 10);
      EXPECT_EQ(packet, established(p, p.connection(index), Direction::tx, 7, 10));
      EXPECT_NE(packet, established(p, c, Direction::tx, 8, 10));
      EXPECT_NE(packet, established(p, c, Direction::rx, 7, 10));
      const bool ipv6 = packet[0] >> 4 == 6;
      const TcpSegment tcp = find_tcp(skb_of(packet), ipv6);
      ends.insert(to_hex({packet.data() + (ipv6 ? 8 : 12), ipv6 ? 32U : 8U}) +
                  std::to_string(tcp.source_port() * 65536U + tcp.destination_port()));
      keys.insert(p.master_key(c));
    }
    EXPECT_EQ(ends.size(), std::size(indices));
    EXPECT_EQ(keys.size(), std::size(indices));
  });
}

TYPED_TEST(ProtocolContract, SharesAKeyWhereToldTo) {
  const TypeParam p(this->algorithm_, {.shared_key = "s3cret"});
  EXPECT_EQ(p.master_key(p.connection(0)), "s3cret");
  EXPECT_EQ(p.master_key(p.connection(9)), "s3cret");
  const std::string longest(TypeParam::max_key_bytes, 'k');
  EXPECT_NO_THROW(TypeParam(this->algorithm_, {.shared_key = longest}));
  EXPECT_THROW(TypeParam(this->algorithm_, {.shared_key = longest + "k"}), std::invalid_argument);
}

TYPED_TEST(ProtocolContract, WritesNothingWhereThereIsNoRoom) {
  const TypeParam p(this->algorithm_, {});
  Packet packet(p.header_bytes() + 9);
  EXPECT_EQ(p.build(p.connection(0), Direction::tx, 0, 10, packet), 0U);
  EXPECT_EQ(p.build(p.connection(0), Direction::tx, 0, 70'000, packet), 0U);
  EXPECT_EQ(packet, Packet(p.header_bytes() + 9));
}

TYPED_TEST(ProtocolContract, FillsHeadersAsReceiversExpect) {
  this->for_variants([&](const TypeParam& p) {
    Packet packet = established(p, p.connection(0), Direction::tx, 0, 64);
    const bool ipv6 = packet[0] >> 4 == 6;
    const Skb skb = skb_of(packet);
    if (!ipv6) {
      EXPECT_EQ(checksum_add(0, {packet.data(), 20}), 0xffff);
    }
    complete_tcp_checksum(skb, ipv6);
    std::uint8_t pseudo[40];
    const TcpSegment tcp = find_tcp(skb, ipv6);
    const std::size_t length = write_pseudo_header(pseudo, packet.data(), ipv6, tcp.bytes);
    EXPECT_EQ(checksum_add(checksum_add(0, {pseudo, length}), {tcp.header, tcp.bytes}), 0xffff);
    EXPECT_EQ(tcp.header - packet.data() + tcp.header_bytes,
              static_cast<std::ptrdiff_t>(p.header_bytes()));
  });
}

}  // namespace
}  // namespace tfm::test
