// SPDX-License-Identifier: MIT
// IPComp compared with RFC 3173 and with zlib's own inflate; the RFCs have no vectors.
#include "workloads/protocols/ipcomp.hpp"

#include <zlib.h>

#include "tests/workloads/protocols/end.hpp"

namespace tfm::test {
namespace {

constexpr const char* variants[] = {"deflate", "acomp_scomp(deflate)", "acomp(deflate)"};

std::size_t ip_bytes(const Packet& packet) { return packet.at(0) >> 4 == 6 ? 40 : 20; }
bool compressed(const Packet& packet) {
  return packet.at(packet.at(0) >> 4 == 6 ? 6 : 9) == ip_protocol_comp;
}

/// What follows the IPComp header, inflated by zlib with another window.
Packet inflated(const Packet& packet) {
  const std::size_t at = ip_bytes(packet) + 4;
  z_stream z{};
  EXPECT_EQ(inflateInit2(&z, -15), Z_OK);
  Packet out(max_packet_bytes), in(packet.begin() + static_cast<std::ptrdiff_t>(at), packet.end());
  z.next_in = in.data();
  z.avail_in = static_cast<unsigned>(in.size());
  z.next_out = out.data();
  z.avail_out = static_cast<unsigned>(out.size());
  EXPECT_EQ(inflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  inflateEnd(&z);
  return out;
}

TEST(Ipcomp, SendsTheUdpSegmentDeflatedAndRestoresThePacket) {
  for (const char* name : variants) {
    const Algorithm& a = algorithm(name, "zlib");
    for (const bool ipv6 : {false, true}) {
      const Ipcomp p(a, {.ipv6 = ipv6});
      const auto c = p.connection(1);
      const End<Ipcomp> end(p, a, c, {});
      unsigned as_they_are = 0, shorter = 0;
      for (std::uint32_t sequence = 0; sequence < 40; ++sequence) {
        const Packet built = end.built(Direction::rx, sequence, 600);
        const Packet sent = end.sent(built, Direction::rx);
        const auto received = end.received(sent, Direction::rx);
        ASSERT_TRUE(received);
        if (!compressed(sent)) {
          ++as_they_are;
          EXPECT_EQ(sent, built);
          EXPECT_TRUE(received->empty()) << "nothing is computed of it";
          continue;
        }
        ++shorter;
        EXPECT_LT(sent.size(), built.size());
        EXPECT_EQ(*received, built);
        // §3.2: next header, flags 0, CPI; lengths and checksum of the compressed packet.
        const std::size_t ip = ip_bytes(sent);
        EXPECT_EQ(Packet(sent.begin() + static_cast<std::ptrdiff_t>(ip),
                         sent.begin() + static_cast<std::ptrdiff_t>(ip + 4)),
                  (Packet{17, 0, 0, 2}));
        EXPECT_EQ(load_be16(&sent[ipv6 ? 4 : 2]), sent.size() - (ipv6 ? 40 : 0));
        if (!ipv6) {
          EXPECT_EQ(checksum_add(0, {sent.data(), 20}), 0xffff);
        }
        EXPECT_EQ(inflated(sent),
                  Packet(built.begin() + static_cast<std::ptrdiff_t>(ip), built.end()));
      }
      EXPECT_GE(as_they_are, 4U);
      EXPECT_GE(shorter, 20U);
    }
  }
}

TEST(Ipcomp, VariantsSendTheSameBytes) {
  for (const std::size_t payload : {82U, 83U, 100U, 600U, 1400U, 9000U}) {
    std::vector<Packet> sent;
    for (const char* name : variants) {
      const Algorithm& a = algorithm(name, "zlib");
      const Ipcomp p(a, {});
      for (std::uint32_t sequence = 0; sequence < 10; ++sequence) {
        const End<Ipcomp> end(p, a, p.connection(0), {});
        sent.push_back(end.sent(end.built(Direction::tx, sequence, payload), Direction::tx));
      }
    }
    for (std::size_t i = 10; i < sent.size(); ++i) EXPECT_EQ(sent[i], sent[i % 10]) << payload;
  }
}

TEST(Ipcomp, TriesFrom90BytesOn) {
  const Algorithm& a = algorithm("deflate", "zlib");
  const Ipcomp p(a, {});
  const auto any_shorter = [&](std::size_t payload) {
    const End<Ipcomp> end(p, a, p.connection(0), {});
    bool any = false;
    for (std::uint32_t sequence = 0; sequence < 64; ++sequence)
      any |= compressed(end.sent(end.built(Direction::tx, sequence, payload), Direction::tx));
    return any;
  };
  EXPECT_FALSE(any_shorter(81));
  EXPECT_TRUE(any_shorter(82));
}

// As ipcomp.hpp describes the payloads.
TEST(Ipcomp, ThreeInFourPayloadsShrinkToTwoFifths) {
  const Algorithm& a = algorithm("deflate", "zlib");
  const Ipcomp p(a, {});
  const End<Ipcomp> end(p, a, p.connection(0), {});
  double built = 0, sent = 0;
  unsigned shorter = 0;
  for (std::uint32_t sequence = 0; sequence < 1000; ++sequence) {
    const Packet packet = end.sent(end.built(Direction::tx, sequence, 1400), Direction::tx);
    if (!compressed(packet)) continue;
    ++shorter;
    built += 1428;
    sent += static_cast<double>(packet.size());
  }
  EXPECT_NEAR(shorter, 750, 50);
  EXPECT_NEAR(sent / built, 0.40, 0.02);
}

TEST(Ipcomp, RefusesWhatNoSenderSends) {
  for (const char* name : variants) {
    const Algorithm& a = algorithm(name, "zlib");
    const Ipcomp p(a, {});
    const End<Ipcomp> end(p, a, p.connection(0), {});
    const auto received = [&](const Packet& data) {
      Packet packet = end.built(Direction::rx, 0, 100);
      packet.resize(20);
      packet[9] = ip_protocol_comp;
      for (const std::uint8_t byte : {17, 0, 0, 2}) packet.push_back(byte);
      packet.insert(packet.end(), data.begin(), data.end());
      store_be16(&packet[2], static_cast<std::uint16_t>(packet.size()));
      return end.received(packet, Direction::rx).has_value();
    };
    const auto deflated = [](std::size_t bytes) {
      Packet from(bytes, 'a'), to(bytes + 100);
      z_stream z{};
      EXPECT_EQ(deflateInit2(&z, 9, Z_DEFLATED, -11, 8, Z_DEFAULT_STRATEGY), Z_OK);
      z.next_in = from.data();
      z.avail_in = static_cast<unsigned>(bytes);
      z.next_out = to.data();
      z.avail_out = static_cast<unsigned>(to.size());
      EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
      to.resize(z.total_out);
      deflateEnd(&z);
      return to;
    };
    EXPECT_TRUE(received(deflated(200)));
    EXPECT_TRUE(received(deflated(max_packet_bytes - 20)));
    EXPECT_FALSE(received(deflated(max_packet_bytes - 19))) << "longer than any packet";
    EXPECT_FALSE(received(deflated(60'000)));
    EXPECT_FALSE(received({1, 3, 0, 0xfc, 0xff, 1, 2, 3})) << "longer than what it holds";
    EXPECT_FALSE(received({1, 2, 3, 4})) << "no stream";
    EXPECT_FALSE(received({})) << "nothing";
    // After all refusals it still works.
    EXPECT_TRUE(received(deflated(200)));
  }
}

TEST(Ipcomp, CoversWhatFindChecks) {
  const Algorithm& a = algorithm("deflate", "zlib");
  for (const bool ipv6 : {false, true}) {
    const Ipcomp p(a, {.ipv6 = ipv6});
    const auto c = p.connection(0);
    const End<Ipcomp> end(p, a, c, {});
    for (std::uint32_t sequence = 0; sequence < 8; ++sequence) {
      Packet packet = end.sent(end.built(Direction::rx, sequence, 300), Direction::rx);
      std::size_t covered = 0;
      for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
        if (!p.covers(skb_of(packet, Direction::rx), bit / 8)) continue;
        ++covered;
        Packet flipped = packet;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        EXPECT_FALSE(p.find(c, skb_of(flipped, Direction::rx))) << bit;
      }
      EXPECT_EQ(covered, (ipv6 ? 3U : 4U) * 8 + (compressed(packet) ? 16 : 0));
    }
  }
}

TEST(Ipcomp, NeedsScratchOnlyForTheOldInterface) {
  EXPECT_EQ(Ipcomp(algorithm("deflate", "zlib"), {}).scratch_bytes(), 65'400U);
  EXPECT_EQ(Ipcomp(algorithm("acomp_scomp(deflate)", "zlib"), {}).scratch_bytes(), 0U);
  EXPECT_EQ(Ipcomp(algorithm("acomp(deflate)", "zlib"), {}).scratch_bytes(), 0U);
  EXPECT_FALSE(Ipcomp::supports(algorithm("hmac(sha1)")));
}

}  // namespace
}  // namespace tfm::test
