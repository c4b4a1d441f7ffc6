// SPDX-License-Identifier: MIT
// What both TCP protocols must do, over IPv4 and IPv6, with options covered and not.
#include <set>

#include "tests/workloads/protocols/end.hpp"

namespace tfm::test {
namespace {

template <class P>
class TcpContract : public ::testing::Test {
 protected:
  const Algorithm& algorithm_ = algorithm(P::name == TcpMd5::name ? "md5" : "hmac(sha1)");

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
using TcpProtocols = ::testing::Types<TcpAo, TcpMd5>;
TYPED_TEST_SUITE(TcpContract, TcpProtocols, ProtocolName);

// At least the whole payload, the MAC, and TCP's fixed header except its checksum.
TYPED_TEST(TcpContract, CoversTheSegment) {
  this->for_variants([&](const TypeParam& p) {
    Packet packet = end_of(p, this->algorithm_, 1).built(Direction::rx, 2, 33);
    const Skb skb = skb_of(packet, Direction::rx);
    std::size_t covered = 0;
    for (std::size_t at = 0; at < packet.size(); ++at) covered += p.covers(skb, at) ? 1 : 0;
    EXPECT_GE(covered, 33 + p.mac_bytes() + 18);
  });
}

TYPED_TEST(TcpContract, SignsHandshakesBothWays) {
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

TYPED_TEST(TcpContract, RefusesEveryTruncatedSyn) {
  this->for_variants([&](const TypeParam& p) {
    const auto c = p.connection(1);
    const Packet whole = handshake(p, c, Handshake::syn);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      Packet shorter(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_TRUE(p.find(c, skb_of(shorter)).mac().empty()) << length;
    }
  });
}

/// The options of a segment, with zeros for the MAC.
std::string options_of(const Packet& packet) {
  const std::size_t begin = ipv4_header_bytes + tcp_header_bytes;
  return to_hex({packet.data() + begin, packet.size() - begin});
}

TEST(TcpOptions, AreWrittenAsLinuxWritesThem) {
  const std::string mss = "020405b4", sack = "01010402",
                    sack_timestamps = "0402080a0000000100000000", scale = "01030308",
                    zeros(24, '0');
  const TcpAo ao(algorithm("hmac(sha1)"), {});
  auto c = ao.connection(0);
  c.key_id = {7, 7};
  const std::string ao_option = "1d100707" + zeros;
  EXPECT_EQ(options_of(handshake(ao, c, Handshake::syn)),
            ao_option + mss + sack_timestamps + scale);
  EXPECT_EQ(options_of(handshake(ao, c, Handshake::syn_ack)), ao_option + mss + sack + scale);
  EXPECT_EQ(options_of(established(ao, c, Direction::tx, 0, 0)), ao_option);

  const TcpMd5 md5(algorithm("md5"), {});
  const std::string md5_option = "01011312" + zeros + "00000000";
  for (const Handshake segment : {Handshake::syn, Handshake::syn_ack}) {
    EXPECT_EQ(options_of(handshake(md5, md5.connection(0), segment)),
              md5_option + mss + sack + scale);
  }
  EXPECT_EQ(options_of(established(md5, md5.connection(0), Direction::rx, 0, 0)), md5_option);
}

TEST(TcpOptions, TheMacLeavesOutTimestampsOfHostsWithoutSack) {
  const std::string mss = "020405b4", scale = "01030308", zeros(24, '0');
  const TcpAo p(algorithm("hmac(sha1)"), {.options_covered = false});
  auto c = p.connection(0);
  c.key_id = {7, 7};
  const std::string option = "1d100707" + zeros, no_echo = "0101080a0000000100000000",
                    echo = "0101080a0000000100000001";
  EXPECT_EQ(options_of(handshake(p, c, Handshake::syn)), option + mss + no_echo + scale);
  EXPECT_EQ(options_of(handshake(p, c, Handshake::syn_ack)), option + mss + echo + scale);
  EXPECT_EQ(options_of(established(p, c, Direction::tx, 0, 0)),
            option + "0101080a0000000200000001");
}

TYPED_TEST(TcpContract, DrawsEndsAndKeysForEachConnection) {
  this->for_variants([&](const TypeParam& p) {
    std::set<std::string> ends, keys;
    const std::uint32_t indices[] = {0,     1,     2,         255,      256,
                                     65535, 65536, 1'000'000, 0xffffff, 0x1000000};
    for (std::uint32_t index : indices) {
      const auto c = p.connection(index);
      Packet packet = established(p, c, Direction::tx, 7, 10);
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

TYPED_TEST(TcpContract, SharesAKeyIfOneIsGiven) {
  const TypeParam p(this->algorithm_, {.shared_key = "s3cret"});
  EXPECT_EQ(p.master_key(p.connection(0)), "s3cret");
  EXPECT_EQ(p.master_key(p.connection(9)), "s3cret");
  const std::string longest(TypeParam::max_key_bytes, 'k');
  EXPECT_NO_THROW(TypeParam(this->algorithm_, {.shared_key = longest}));
  EXPECT_THROW(TypeParam(this->algorithm_, {.shared_key = longest + "k"}), std::invalid_argument);
}

TYPED_TEST(TcpContract, FillsHeadersAsReceiversExpect) {
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
