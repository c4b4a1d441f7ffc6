// SPDX-License-Identifier: MIT
// ESP compared with published packets, and with a second computation from RFC 4303 and RFC 4106.
#include "workloads/protocols/esp.hpp"

#include <string>

#include "tests/workloads/protocols/end.hpp"
#include "tests/workloads/protocols/independent_aead.hpp"

namespace tfm::test {
namespace {

struct Cipher {
  std::string_view name;
  const char* openssl;
};
constexpr Cipher ciphers[] = {{"gcm(aes128)", "AES-128-GCM"},
                              {"gcm(aes256)", "AES-256-GCM"},
                              {"chacha20poly1305", "ChaCha20-Poly1305"}};

/// A published packet: text with its trailer, and ESP from the SPI to the ICV.
struct Vector {
  const char *document, *algorithm, *key, *salt, *text, *packet;
};

constexpr Vector vectors[] = {
    {"draft-mcgrew-gcm-test-01, 2", "gcm(aes128)", "feffe9928665731c6d6a8f9467308308", "cafebabe",
     "4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d0010000010000000000000373697009637"
     "9"
     "6265726369747902646b00000100010001",
     "0000a5f80000000afacedbaddecaf888deb22cd9b07c72c16e3a65beeb8df304a5a5897d33ae530f1ba76d5d114d2"
     "a"
     "5c3de81827c10e9a4f51330d0eec416642cfbb85a5b47e48a4ec3b9ba95d918bd183b70d3aa8bc6ee4c309e9d85a4"
     "1"
     "ad4a"},
    {"draft-mcgrew-gcm-test-01, 3", "gcm(aes256)",
     "abbccddef00112233445566778899aababbccddef00112233445566778899aab", "11223344",
     "4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee0000000007002400020bf0000020405b401010"
     "4"
     "0201020201",
     "4a2cbfe3000000020102030405060708ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d"
     "7"
     "63748a637985771d347f0545659f14e99def842d8eb335f4eecfdbf831824b4c4915956c96"},
    {"draft-mcgrew-gcm-test-01, 4", "gcm(aes128)", "00000000000000000000000000000000", "00000000",
     "4500003c99c500008001cb7a40679318010101010800075c020044006162636465666768696a6b6c6d6e6f7071727"
     "3"
     "7475767761626364656667686901020201",
     "000000000000000100000000000000004688daf2f973a392732909c331d56d60f694abaa414b5e7ff5fdcdfff5e9a"
     "2"
     "84456476492719ffb64de7d9dca1e1d894bc3bd57873ed4d181d19d4d5c8c18af3f821d496eeb096e98ad2b69e479"
     "9"
     "c71d"},
    {"draft-mcgrew-gcm-test-01, 12", "gcm(aes128)", "7d773d00c144c525ac619d18c84a3f47", "d9664267",
     "01020201", "335467aeffffffff43457e9182443bc6437f866bcb3f699fe9b0822bac961c4504bef270"},
    {"RFC 7634, appendix A", "chacha20poly1305",
     "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", "a0a1a2a3",
     "45000054a6f200004001e778c6336405c000020508005b7a3a080000553bec100007362708090a0b0c0d0e0f10111"
     "2"
     "131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363701020204",
     "01020304000000051011121314151617240394"
     "28b97f417e3c13753a4f05087b67c352e6a7fab1b982d466ef407ae5c614ee8099d52844eb61aa95dfab4c02f72aa"
     "7"
     "1e7c4c4f64c9befe2facc638e8f3cbec163fac469b502773f6fb94e664da9165b82829f641e076aaa8266b7fb0f7b"
     "1"
     "1b36990"
     "7e1ad43"},
};

Packet bytes_of(std::string_view hex) { return from_hex(hex).value(); }

/// ESP with these bytes, behind an IP header.
Packet ip_packet(bool ipv6, const Packet& esp) {
  Packet packet(ip_header_bytes(ipv6));
  write_ip_header(packet.data(), ipv6, {}, esp.size(), 0, ip_protocol_esp);
  packet.insert(packet.end(), esp.begin(), esp.end());
  return packet;
}

template <class F>
void for_ciphers(F&& f) {
  for (const Cipher& cipher : ciphers) {
    for (const Algorithm* a : algorithms()) {
      if (a->name != cipher.name) continue;
      for (bool ipv6 : {false, true}) {
        SCOPED_TRACE(std::string(cipher.name) + " of " + std::string(a->provider) +
                     (ipv6 ? ", IPv6" : ", IPv4"));
        f(Esp(*a, {.ipv6 = ipv6}), *a, cipher.openssl);
      }
    }
  }
}

class EspTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(providers_init(), Errno::ok); }

  const Algorithm& gcm_ = algorithm("gcm(aes128)");
};

TEST_F(EspTest, PublishedPacketsAreSentAndReceivedToTheBit) {
  std::size_t providers = 0;
  for (const Vector& v : vectors) {
    const Packet key = bytes_of(v.key), salt = bytes_of(v.salt), text = bytes_of(v.text);
    const Packet esp = bytes_of(v.packet);
    ASSERT_EQ(esp.size(), Esp::header_and_iv_bytes + text.size() + Esp::icv_bytes) << v.document;
    TrafficKeys keys;
    keys.bytes = key.size();
    std::copy(key.begin(), key.end(), keys.tx.begin());
    Esp::Connection c;
    c.spi[0] = load_be32(esp.data());
    std::copy(salt.begin(), salt.end(), c.salt[0].begin());
    c.iv_base[0] = load_be64(&esp[8]) ^ load_be32(&esp[4]);
    Packet plain(esp.begin(), esp.begin() + 8);
    plain.resize(Esp::header_and_iv_bytes);
    plain.insert(plain.end(), text.begin(), text.end());
    plain.resize(esp.size());
    for (const Algorithm* a : algorithms()) {
      if (a->name != v.algorithm) continue;
      ++providers;
      for (bool ipv6 : {false, true}) {
        SCOPED_TRACE(std::string(v.document) + " by " + std::string(a->provider));
        const Esp p(*a, {.ipv6 = ipv6});
        const End<Esp> end(p, *a, c, keys);
        Packet sent = end.sent(ip_packet(ipv6, plain), Direction::tx);
        EXPECT_EQ(to_hex(sent), to_hex(ip_packet(ipv6, esp)));

        const Skb skb = skb_of(sent);
        const OutputBuffer output;
        Computed computed;
        computed.output = output;
        Packet scratch(p.scratch_bytes());
        const auto request = KeyedRequest::create(*a, key).value();
        const auto found = p.find(c, skb);
        ASSERT_EQ(p.input(*request, scratch.data(), c, skb, found, computed), Errno::ok);
        EXPECT_EQ(to_hex(computed.output.first(computed.output_bytes)), v.text);
        // The published packets hold whole IP packets. Transport mode refuses all but a UDP
        // datagram.
        EXPECT_FALSE(p.input_done(c, skb, found, computed));
      }
    }
  }
  EXPECT_GT(providers, std::size(vectors));
}

TEST_F(EspTest, PacketsEqualAnIndependentComputation) {
  for_ciphers([](const Esp& p, const Algorithm& a, const char* openssl) {
    for (std::uint32_t index : {0U, 1U, 77U}) {
      const End<Esp> end = end_of(p, a, index);
      const Esp::Connection& c = end.connection();
      const TrafficKeys keys = p.keys(c).value();
      for (Direction d : {Direction::tx, Direction::rx}) {
        for (std::size_t payload : {0U, 1U, 2U, 3U, 94U, 1400U, 9100U}) {
          const std::uint32_t number = index + 5;
          const Packet built = end.built(d, number, payload);
          const Packet sent = end.sent(built, d);
          ASSERT_EQ(sent.size(), built.size());
          const std::size_t ip = built[0] >> 4 == 6 ? 40 : 20;

          // The plaintext: RFC 768's datagram, RFC 4303 §2.4's trailer.
          independent::Octets text =
              independent::slice(built, ip + 16, built.size() - ip - 16 - 16);
          const std::size_t padding = text.at(text.size() - 2);
          ASSERT_EQ(text.size(), 8 + payload + padding + 2);
          ASSERT_EQ(text.size() % 4, 0U);
          ASSERT_LT(padding, 4U);
          for (std::size_t i = 0; i < padding; ++i) ASSERT_EQ(text.at(8 + payload + i), i + 1);
          ASSERT_EQ(text.back(), 17);

          // The packet.
          independent::Octets expected = independent::slice(built, 0, ip);
          independent::Octets associated;
          const auto direction = static_cast<unsigned>(d);
          independent::append_number(associated, c.spi[direction], 4);
          independent::append_number(associated, number + 1, 4);
          independent::append(expected, associated);
          independent::Octets iv, nonce(c.salt[direction].begin(), c.salt[direction].end());
          independent::append_number(iv, c.iv_base[direction] ^ (number + 1), 8);
          independent::append(expected, iv);
          independent::append(nonce, iv);
          const Bytes key = key_of(keys, d);
          independent::append(expected, independent::seal(openssl, {key.begin(), key.end()}, nonce,
                                                          associated, text, 16));
          ASSERT_EQ(to_hex(sent), to_hex(expected)) << payload;
          const auto received = end.received(sent, d);
          ASSERT_TRUE(received.has_value()) << payload;
          ASSERT_EQ(*received, text);
        }
      }
    }
  });
}

TEST_F(EspTest, RefusesEveryFlippedBitThatItCovers) {
  for_ciphers([](const Esp& p, const Algorithm& a, const char*) {
    const End<Esp> end = end_of(p, a, 1);
    const Packet sent = end.sent(end.built(Direction::rx, 2, 33), Direction::rx);
    std::size_t covered = 0;
    for (std::size_t bit = 0; bit < sent.size() * 8; ++bit) {
      Packet flipped = sent;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      const bool accepted = end.received(flipped, Direction::rx).has_value();
      Packet whole = sent;
      const bool must_refuse = p.covers(skb_of(whole, Direction::rx), bit / 8);
      covered += must_refuse ? 1 : 0;
      EXPECT_FALSE(accepted && must_refuse) << "bit " << bit;
    }
    // All bytes from the SPI on, and at least the lengths before it.
    EXPECT_GE(covered, (16 + 44 + 16 + 2) * 8U);
  });
}

TEST_F(EspTest, RefusesEveryTruncation) {
  for_ciphers([](const Esp& p, const Algorithm& a, const char*) {
    const End<Esp> end = end_of(p, a, 1);
    const Packet sent = end.sent(end.built(Direction::rx, 2, 33), Direction::rx);
    const bool ipv6 = sent[0] >> 4 == 6;
    for (std::size_t length = 0; length < sent.size(); ++length) {
      Packet cut(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_FALSE(end.received(cut, Direction::rx)) << length;
      if (length < ip_header_bytes(ipv6)) continue;
      store_be16(&cut[ipv6 ? 4 : 2], static_cast<std::uint16_t>(length - (ipv6 ? 40 : 0)));
      EXPECT_FALSE(end.received(cut, Direction::rx)) << length << ", and the header says so";
    }
  });
}

TEST_F(EspTest, RefusesFragmentsOtherProtocolsAndOtherAssociations) {
  const Esp p(gcm_, {});
  const End<Esp> end = end_of(p, gcm_, 1);
  const Packet sent = end.sent(end.built(Direction::rx, 2, 33), Direction::rx);
  ASSERT_TRUE(end.received(sent, Direction::rx));
  EXPECT_FALSE(end_of(p, gcm_, 2).received(sent, Direction::rx));
  EXPECT_FALSE(end.received(sent, Direction::tx)) << "the other direction's SPI";
  for (const auto& [at, value] : {std::pair<std::size_t, std::uint8_t>{6, 0x20},
                                  {6, 0x01},
                                  {7, 0x01},
                                  {9, 51},
                                  {0, 0x65},
                                  {0, 0x44},
                                  {0, 0x4f}}) {
    Packet other = sent;
    other[at] = value;
    EXPECT_FALSE(end.received(other, Direction::rx)) << at << ": " << int{value};
  }
  Packet may_fragment = sent;
  may_fragment[6] = 0;
  EXPECT_TRUE(end.received(may_fragment, Direction::rx)) << "don't-fragment is not covered";
}

TEST_F(EspTest, SkipsIpOptions) {
  const Esp p(gcm_, {});
  const End<Esp> end = end_of(p, gcm_, 1);
  Packet built = end.built(Direction::rx, 2, 33);
  const Packet nops(8, 1);
  built.insert(built.begin() + 20, nops.begin(), nops.end());
  built[0] = 0x47;
  store_be16(&built[2], static_cast<std::uint16_t>(built.size()));
  const Packet sent = end.sent(built, Direction::rx);
  ASSERT_EQ(sent.size(), built.size());
  EXPECT_TRUE(std::equal(sent.begin(), sent.begin() + 36, built.begin()));
  EXPECT_TRUE(end.received(sent, Direction::rx));
}

TEST_F(EspTest, RefusesTrailersOfOtherProtocols) {
  const Esp p(gcm_, {});
  const End<Esp> end = end_of(p, gcm_, 1);
  const auto accepts_with = [&](std::size_t from_end, std::uint8_t value) {
    Packet built = end.built(Direction::rx, 2, 3);  // datagram 11, padding 1 2 3, 3, 17
    built[built.size() - Esp::icv_bytes - from_end] = value;
    return end.received(end.sent(built, Direction::rx), Direction::rx).has_value();
  };
  EXPECT_TRUE(accepts_with(1, 17));
  EXPECT_TRUE(accepts_with(2, 3));
  EXPECT_TRUE(accepts_with(2, 0)) << "no padding: the datagram is longer";
  for (std::uint8_t next_header : {0, 4, 6, 41, 59, 255})
    EXPECT_FALSE(accepts_with(1, next_header)) << int{next_header};
  for (std::uint8_t length : {1, 2, 4, 14, 15, 255})
    EXPECT_FALSE(accepts_with(2, length)) << int{length};
  for (std::size_t at : {3U, 4U, 5U}) EXPECT_FALSE(accepts_with(at, 0)) << at;
}

TEST_F(EspTest, AcceptsEachPacketOnceWhileItIsInTheWindow) {
  const Esp p(gcm_, {});
  const End<Esp> end = end_of(p, gcm_, 1);
  std::vector<Packet> sent;
  for (std::uint32_t n = 0; n < 200; ++n)
    sent.push_back(end.sent(end.built(Direction::rx, n, 20), Direction::rx));
  Esp::State state;
  const auto accepts = [&](std::size_t n) {
    return end.received(sent[n], Direction::rx, state).has_value();
  };
  EXPECT_TRUE(accepts(0));
  EXPECT_FALSE(accepts(0));
  EXPECT_TRUE(accepts(100));
  EXPECT_TRUE(accepts(37));
  EXPECT_FALSE(accepts(37));
  EXPECT_FALSE(accepts(36)) << "behind the window";
  // A packet that is not authentic must not move the window.
  Packet forged = sent[199];
  forged.back() ^= 1;
  EXPECT_FALSE(end.received(forged, Direction::rx, state));
  EXPECT_TRUE(accepts(38));
  EXPECT_TRUE(accepts(199));
  EXPECT_FALSE(accepts(99));
}

TEST_F(EspTest, BuildsNothingBeyondItsRoomAndTheLargestPacket) {
  const Esp p(gcm_, {});
  const auto c = p.connection(0);
  Packet packet(p.packet_bytes(10) - 1);
  EXPECT_EQ(p.build(c, Direction::tx, 0, 10, packet), 0U);
  EXPECT_EQ(packet, Packet(packet.size()));
  Packet large(70'000);
  EXPECT_EQ(p.build(c, Direction::tx, 0, max_packet_bytes, large), 0U);
  EXPECT_EQ(p.packet_bytes(1500 - p.packet_bytes(0)), 1500U) << "as long as an MTU asks";
}

TEST_F(EspTest, TakesAeadsWithNoncesOfTwelveBytes) {
  for (const Algorithm* a : algorithms()) {
    const bool takes = a->name.starts_with("gcm") || a->name == "chacha20poly1305";
    EXPECT_EQ(Esp::supports(*a), takes) << a->name;
  }
}

}  // namespace
}  // namespace tfm::test
