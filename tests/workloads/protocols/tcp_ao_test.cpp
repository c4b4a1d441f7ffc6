// SPDX-License-Identifier: MIT
// TCP-AO compared with the RFCs: keys and MACs computed a second time, SNE, KeyIDs.
#include "workloads/protocols/tcp_ao.hpp"

#include "tests/workloads/protocols/independent.hpp"
#include "tests/workloads/protocols/support.hpp"
#include "workloads/protocols/kdf.hpp"

namespace tfm::test {
namespace {

constexpr std::size_t option_at = tcp_header_bytes;

struct Named {
  const char *algorithm, *mac, *sub;
};
constexpr Named algorithms_by_name[] = {{"hmac(sha1)", "HMAC", "SHA1"},
                                        {"hmac(sha256)", "HMAC", "SHA256"},
                                        {"hmac(sha512)", "HMAC", "SHA512"},
                                        {"cmac(aes128)", "CMAC", "AES-128-CBC"}};

/// Linux's tcp_ao_compute_sne(), with its comparison of 32-bit numbers.
std::uint32_t linux_sne(std::uint32_t next_sne, std::uint32_t next, std::uint32_t sequence) {
  const bool before = static_cast<std::int32_t>(sequence - next) < 0;
  if (before) return sequence > next ? next_sne - 1 : next_sne;
  return sequence < next ? next_sne + 1 : next_sne;
}

TEST(TcpAo, MacsEqualAnIndependentComputation) {
  for (const Named& named : algorithms_by_name) {
    SCOPED_TRACE(named.algorithm);
    const Algorithm& a = algorithm(named.algorithm);
    for (bool ipv6 : {false, true}) {
      for (bool covered : {true, false}) {
        const TcpAo p(a, {.ipv6 = ipv6,
                          .options_covered = covered,
                          .shared_key = "sixteen bytes ky"});  // CMAC takes this length
        const independent::Octets master = {'s', 'i', 'x', 't', 'e', 'e', 'n', ' ',
                                            'b', 'y', 't', 'e', 's', ' ', 'k', 'y'};
        std::uint32_t rolled_over = 0;
        for (std::uint32_t index = 0; index < 32; ++index) {
          const auto c = p.connection(index);
          const auto check = [&](Packet packet, Direction d, std::uint32_t destination_isn,
                                 const TrafficKeys& keys) {
            const auto side = static_cast<unsigned>(d);
            const independent::Parts parts(packet);
            const auto key = independent::traffic_key(named.mac, named.sub, master, parts,
                                                      c.sne_base[side].sequence, destination_isn,
                                                      a.key_bytes * 8);
            ASSERT_EQ(to_hex(key_of(keys, d)), to_hex(key));
            const std::uint32_t sequence = load_be32(&parts.tcp_header[4]);
            const std::uint32_t sne = sequence < c.sne_base[side].sequence ? 1 : 0;
            rolled_over += sne;
            auto mac = independent::mac(named.mac, named.sub, key,
                                        independent::ao_message(parts, sne, option_at, covered));
            mac.resize(12);
            ASSERT_EQ(to_hex(mac_of(p, a, c, keys, skb_of(packet, d))), to_hex(mac));
          };
          for (Direction d : {Direction::tx, Direction::rx}) {
            const std::uint32_t other = c.sne_base[1 - static_cast<unsigned>(d)].sequence;
            for (std::uint32_t sequence : {0U, 1U, 2U, 1000U}) {
              check(established(p, c, d, sequence, sequence % 50), d, other, p.keys(c).value());
            }
          }
          const Direction syn = p.direction_of(c, Handshake::syn);
          check(handshake(p, c, Handshake::syn), syn, 0, p.handshake_keys(c).value());
          const Direction syn_ack = p.direction_of(c, Handshake::syn_ack);
          check(handshake(p, c, Handshake::syn_ack), syn_ack,
                c.sne_base[1 - static_cast<unsigned>(syn_ack)].sequence, p.keys(c).value());
        }
        EXPECT_GT(rolled_over, 16U) << "of the connections too few roll over";
      }
    }
  }
}

TEST(TcpAo, SneFollowsLinux) {
  const std::uint32_t edges[] = {0, 1, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff};
  for (std::uint32_t sne : {0U, 1U, 7U, 0xffffffffU}) {
    for (std::uint32_t next : edges) {
      for (std::uint32_t sequence : edges)
        EXPECT_EQ(sne_of({sne, next}, sequence), linux_sne(sne, next, sequence));
    }
  }
  Rng rng(1);
  for (int i = 0; i < 10'000; ++i) {
    const auto next = static_cast<std::uint32_t>(rng.next());
    const auto sequence = static_cast<std::uint32_t>(rng.next());
    ASSERT_EQ(sne_of({3, next}, sequence), linux_sne(3, next, sequence));
  }
}

TEST(TcpAo, ADifferentSneIsADifferentMac) {
  const Algorithm& a = algorithm("hmac(sha1)");
  const TcpAo p(a, {});
  auto c = p.connection(0);
  const TrafficKeys keys = p.keys(c).value();
  Packet packet = established(p, c, Direction::rx, 0, 20);
  sign(p, a, c, keys, packet, Direction::rx);
  ASSERT_TRUE(accepts(p, a, c, keys, skb_of(packet, Direction::rx)));
  c.sne_base[1].sne += 1;
  EXPECT_FALSE(accepts(p, a, c, keys, skb_of(packet, Direction::rx)));
}

TEST(TcpAo, RefusesAnUnknownKeyIdAndSetsRNextKeyId) {
  const TcpAo p(algorithm("hmac(sha1)"), {});
  auto c = p.connection(0);
  c.key_id = {7, 9};
  for (Direction d : {Direction::tx, Direction::rx}) {
    Packet packet = established(p, c, d, 0, 10);
    const std::size_t option = ipv4_header_bytes + option_at;
    EXPECT_EQ(packet[option + 2], d == Direction::tx ? 7 : 9);
    EXPECT_EQ(packet[option + 3], d == Direction::tx ? 9 : 7);
    EXPECT_EQ(p.find(c, skb_of(packet, d)).mac().size(), 12U);
    for (unsigned id = 0; id < 256; ++id) {
      packet[option + 2] = static_cast<std::uint8_t>(id);
      const bool known = id == c.key_id[static_cast<unsigned>(d)];
      EXPECT_EQ(p.find(c, skb_of(packet, d)).mac().empty(), !known) << id;
    }
  }
}

TEST(TcpAo, EveryProviderDerivesTheSameKeys) {
  for (const Named& named : algorithms_by_name) {
    const TcpAo by_nettle(algorithm(named.algorithm), {});
    const TcpAo by_openssl(algorithm(named.algorithm, "openssl"), {});
    const auto c = by_nettle.connection(5);
    EXPECT_EQ(by_nettle.keys(c)->tx, by_openssl.keys(c)->tx);
    EXPECT_EQ(by_nettle.handshake_keys(c)->rx, by_openssl.handshake_keys(c)->rx);
    EXPECT_NE(by_nettle.keys(c)->tx, by_nettle.keys(c)->rx);
    EXPECT_NE(by_nettle.keys(c)->tx, by_nettle.handshake_keys(c)->tx);
  }
}

TEST(Kdf, CondensesMasterKeysForAlgorithmsOfOneKeyLength) {
  const Algorithm& cmac = algorithm("cmac(aes128)");
  const independent::Octets master = {'l', 'o', 'n', 'g', 'e', 'r', ' ', 't', 'h', 'a',
                                      'n', ' ', 's', 'i', 'x', 't', 'e', 'e', 'n'};
  const auto condensed = independent::mac("CMAC", "AES-128-CBC", independent::Octets(16), master);
  const KdfContext context{.ipv6 = false, .source = {}, .destination = {}};
  std::uint8_t a[16], b[16];
  ASSERT_EQ(derive_traffic_key(cmac, master, context, a), Errno::ok);
  ASSERT_EQ(derive_traffic_key(cmac, condensed, context, b), Errno::ok);
  EXPECT_EQ(to_hex(a), to_hex(b));
}

TEST(Kdf, RefusesWhatCannotBeDerived) {
  std::uint8_t key[max_digest_bytes];
  const KdfContext context{};
  const std::uint8_t master[] = {1};
  EXPECT_EQ(derive_traffic_key(algorithm("md5"), master, context, key), Errno::einval);
  EXPECT_EQ(derive_traffic_key(algorithm("hmac(sha1)"), master, context, MutableBytes(key, 19)),
            Errno::einval);
}

}  // namespace
}  // namespace tfm::test
