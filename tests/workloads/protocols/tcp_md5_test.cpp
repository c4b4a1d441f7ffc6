// SPDX-License-Identifier: MIT
// TCP-MD5 compared with a second computation from RFC 2385.
#include "workloads/protocols/tcp_md5.hpp"

#include "tests/workloads/protocols/independent.hpp"
#include "tests/workloads/protocols/support.hpp"

namespace tfm::test {
namespace {

TEST(TcpMd5, DigestsEqualAnIndependentComputation) {
  for (const char* provider : {"nettle", "openssl"}) {
    const Algorithm& a = algorithm("md5", provider);
    for (bool ipv6 : {false, true}) {
      const TcpMd5 p(a, {.ipv6 = ipv6});
      for (std::uint32_t index = 0; index < 16; ++index) {
        const auto c = p.connection(index);
        const auto check = [&](Packet packet, Direction d) {
          const auto message =
              independent::md5_message(independent::Parts(packet), p.master_key(c));
          EXPECT_EQ(to_hex(mac_of(p, a, c, {}, skb_of(packet, d))),
                    to_hex(independent::md5(message)));
        };
        for (std::size_t payload : {0U, 1U, 94U, 1400U}) {
          check(established(p, c, Direction::tx, 3, payload), Direction::tx);
          check(established(p, c, Direction::rx, 3, payload), Direction::rx);
        }
        check(handshake(p, c, Handshake::syn), p.direction_of(c, Handshake::syn));
        check(handshake(p, c, Handshake::syn_ack), p.direction_of(c, Handshake::syn_ack));
      }
    }
  }
}

TEST(TcpMd5, TakesOnlyMd5) {
  for (const Algorithm* a : algorithms())
    EXPECT_EQ(TcpMd5::supports(*a), a->name == "md5") << a->name;
}

}  // namespace
}  // namespace tfm::test
