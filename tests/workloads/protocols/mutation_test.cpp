// SPDX-License-Identifier: MIT
// Random and mutated packets: nothing is read outside of them (the sanitizers watch), and nothing
// that changed where the MAC covers it is accepted.
#include "tests/workloads/protocols/support.hpp"

namespace tfm::test {
namespace {

template <class P>
class Mutation : public ::testing::Test {};
using AllProtocols = ::testing::Types<TcpAo, TcpMd5>;
TYPED_TEST_SUITE(Mutation, AllProtocols);

TYPED_TEST(Mutation, OfSignedPacketsIsRefusedOrHarmless) {
  const Algorithm& a = algorithm(TypeParam::name == TcpMd5::name ? "md5" : "hmac(sha1)");
  Rng rng(2385);
  for (bool ipv6 : {false, true}) {
    const TypeParam p(a, {.ipv6 = ipv6});
    const auto c = p.connection(2);
    const TrafficKeys keys = p.keys(c).value();
    Packet genuine = established(p, c, Direction::rx, 1, 50);
    sign(p, a, c, keys, genuine, Direction::rx);
    unsigned accepted = 0;
    for (int i = 0; i < 50'000; ++i) {
      Packet packet = genuine;
      bool covered = false;
      for (std::uint32_t n = 1 + rng.below(4); n > 0; --n) {
        const std::uint32_t at = rng.below(static_cast<std::uint32_t>(packet.size()));
        packet[at] = static_cast<std::uint8_t>(rng.next());
      }
      for (std::size_t at = 0; at < packet.size(); ++at) {
        covered |= packet[at] != genuine[at] && p.covers(skb_of(genuine, Direction::rx), at);
      }
      if (rng.below(4) == 0) {
        packet.resize(rng.below(static_cast<std::uint32_t>(packet.size() + 20)));
        covered |= packet.size() != genuine.size();
      }
      const bool taken = accepts(p, a, c, keys, skb_of(packet, Direction::rx));
      ASSERT_FALSE(taken && covered) << to_hex(packet);
      accepted += taken ? 1 : 0;
    }
    EXPECT_GT(accepted, 0U) << "no mutation left the MAC's coverage alone: the test tests nothing";
  }
}

TYPED_TEST(Mutation, OfNothingIsRefused) {
  const Algorithm& a = algorithm(TypeParam::name == TcpMd5::name ? "md5" : "hmac(sha1)");
  Rng rng(5925);
  for (bool ipv6 : {false, true}) {
    const TypeParam p(a, {.ipv6 = ipv6});
    const auto c = p.connection(0);
    const TrafficKeys keys = p.keys(c).value();
    for (int i = 0; i < 50'000; ++i) {
      Packet packet(rng.below(200));
      for (std::uint8_t& byte : packet) byte = static_cast<std::uint8_t>(rng.next());
      if (!packet.empty()) packet[0] = ipv6 ? 0x60 : 0x45;
      const bool headed = packet.size() >= 40;
      if (headed) {
        packet[ipv6 ? 6 : 9] = ip_protocol_tcp;
        store_be16(&packet[ipv6 ? 4 : 2],
                   static_cast<std::uint16_t>(packet.size() - (ipv6 ? 40 : 0)));
      }
      ASSERT_FALSE(accepts(p, a, c, keys, skb_of(packet, Direction::rx))) << to_hex(packet);
    }
  }
}

}  // namespace
}  // namespace tfm::test
