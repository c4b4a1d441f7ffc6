// SPDX-License-Identifier: MIT
// What every protocol must do, with each algorithm that it takes, over IPv4 and IPv6, with options
// covered and not. These tests run for every registered protocol.
#include <algorithm>
#include <set>
#include <string>

#include "tests/workloads/protocols/end.hpp"

namespace tfm::test {
namespace {

constexpr Direction both[] = {Direction::tx, Direction::rx};
constexpr Direction other(Direction d) {
  return d == Direction::tx ? Direction::rx : Direction::tx;
}

template <Protocol P>
class ProtocolContract : public ::testing::Test {
 protected:
  /// Whether a packet that was not sent is refused. Compression does not do this.
  static constexpr bool authentic = P::family != Family::compression;

  /// The first provider's algorithm of each name that P takes.
  static std::vector<const Algorithm*> names() {
    std::vector<const Algorithm*> all;
    for (const Algorithm* a : algorithms()) {
      if (P::supports(*a) && std::ranges::none_of(all, [a](auto* b) { return b->name == a->name; }))
        all.push_back(a);
    }
    EXPECT_FALSE(all.empty());
    return all;
  }

  /// Calls f(protocol, algorithm) for every variant with packets that differ from the others'.
  template <class F>
  static void for_variants(F&& f) {
    for (const Algorithm* a : names()) {
      SCOPED_TRACE(std::string(a->name));
      for (const bool ipv6 : {false, true}) {
        if (!runs_over<P>(ipv6)) continue;
        SCOPED_TRACE(ipv6 ? "IPv6" : "IPv4");
        const P covered(*a, {.ipv6 = ipv6}), omitted(*a, {.ipv6 = ipv6, .options_covered = false});
        f(covered, *a);
        EXPECT_EQ(sample(covered, *a) != sample(omitted, *a), options_vary<P>());
        if (!options_vary<P>()) continue;
        SCOPED_TRACE("options omitted");
        f(omitted, *a);
      }
    }
  }

 private:
  static std::vector<Packet> sample(const P& p, const Algorithm& a) {
    std::vector<Packet> packets;
    for (std::uint32_t index = 0; index < 8; ++index) {
      const End<P> end = end_of(p, a, index);
      packets.push_back(end.sent(end.built(Direction::tx, 0, 33), Direction::tx));
    }
    return packets;
  }
};
TYPED_TEST_SUITE(ProtocolContract, AllProtocols, ProtocolName);

TYPED_TEST(ProtocolContract, AcceptsWhatWasSentAndNothingElse) {
  this->for_variants([&](const TypeParam& p, const Algorithm& a) {
    const End<TypeParam> end = end_of(p, a, 3), stranger = end_of(p, a, 4);
    for (const Direction d : both) {
      for (const std::size_t payload : {0, 1, 15, 94, 536, 1400}) {
        SCOPED_TRACE(payload);
        const Packet built = end.built(d, 5, payload);
        const Packet sent = end.sent(built, d);
        ASSERT_FALSE(sent.empty());
        EXPECT_TRUE(end.received(sent, d));
        if (!this->authentic) continue;
        EXPECT_FALSE(end.received(built, d)) << "unprotected";
        EXPECT_FALSE(stranger.received(sent, d)) << "another connection's";
        if (a.keyed) {  // TCP-MD5 has one key, and a segment's addresses are its socket's
          EXPECT_FALSE(end.received(sent, other(d))) << "its own, come back";
        }
      }
    }
  });
}

TYPED_TEST(ProtocolContract, RefusesEveryFlippedBitThatItCovers) {
  this->for_variants([&](const TypeParam& p, const Algorithm& a) {
    const End<TypeParam> end = end_of(p, a, 1);
    Packet packet = end.sent(end.built(Direction::rx, 2, 33), Direction::rx);
    std::size_t covered = 0;
    for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
      const bool must_refuse = p.covers(skb_of(packet, Direction::rx), bit / 8);
      covered += must_refuse ? 1 : 0;
      Packet flipped = packet;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      const bool accepted = end.received(flipped, Direction::rx).has_value();
      EXPECT_FALSE(accepted && must_refuse) << "bit " << bit;
    }
    EXPECT_GT(covered, 0U);
    if (this->authentic) {
      EXPECT_GE(covered, 2 * 64U) << "two addresses' worth, and a MAC";
    }
  });
}

// Truncated packets, as cut and with a fitting length in the IP header. In the second case the
// packet may end after the last covered byte.
TYPED_TEST(ProtocolContract, RefusesEveryTruncationAtEveryLength) {
  this->for_variants([&](const TypeParam& p, const Algorithm& a) {
    const End<TypeParam> end = end_of(p, a, 1);
    for (const std::size_t payload : {0, 40, 200}) {
      Packet whole = end.sent(end.built(Direction::tx, 0, payload), Direction::tx);
      std::size_t last_covered = 0;
      for (std::size_t at = 0; at < whole.size(); ++at) {
        if (p.covers(skb_of(whole), at)) last_covered = at;
      }
      for (std::size_t length = 0; length < whole.size(); ++length) {
        Packet cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(end.received(cut, Direction::tx)) << length << " of " << whole.size();
        if (!this->authentic || !set_ip_length(cut) || length > last_covered) continue;
        EXPECT_FALSE(end.received(cut, Direction::tx)) << "of whole length " << length;
      }
      whole.push_back(0);
      EXPECT_FALSE(end.received(whole, Direction::tx)) << "one byte more";
    }
  });
}

TYPED_TEST(ProtocolContract, IsTheSameWithEveryProvider) {
  for (const Algorithm* first : this->names()) {
    for (const Algorithm* a : algorithms()) {
      if (a->name != first->name) continue;
      SCOPED_TRACE(std::string(a->name) + " of " + std::string(a->provider));
      const ProtocolOptions options{.ipv6 = !runs_over<TypeParam>(false)};
      const TypeParam p(*first, options), q(*a, options);
      const auto end = end_of(p, *first, 2), theirs = end_of(q, *a, 2);
      for (const Direction d : both) {
        const Packet built = end.built(d, 1, 300);
        EXPECT_EQ(built, theirs.built(d, 1, 300));
        EXPECT_TRUE(theirs.received(end.sent(built, d), d));
        EXPECT_TRUE(end.received(theirs.sent(built, d), d));
      }
    }
  }
}

// `null` runs the algorithm of zeros and is given packets as they were built.
TYPED_TEST(ProtocolContract, AcceptsBuiltPacketsWithTheAlgorithmOfZeros) {
  this->for_variants([&](const TypeParam& p, const Algorithm&) {
    const auto connection = p.connection(3);
    const End<TypeParam> end(p, zero_algorithm(), connection, {});
    for (const Direction d : both) {
      const Packet built = end.built(d, 0, 94);
      EXPECT_TRUE(end.received(built, d));
      EXPECT_EQ(end.sent(built, d).size(), built.size());
    }
  });
}

TYPED_TEST(ProtocolContract, RefusesReplays) {
  if constexpr (std::is_empty_v<typename TypeParam::State>) {
    GTEST_SKIP() << "it has no replay protection";
  } else {
    this->for_variants([&](const TypeParam& p, const Algorithm& a) {
      const End<TypeParam> end = end_of(p, a, 5);
      const Direction d = Direction::rx;
      const auto packet = [&](std::uint32_t sequence) {
        return end.sent(end.built(d, sequence, 20), d);
      };
      typename TypeParam::State state{};
      const auto accepts = [&](const Packet& sent) {
        return end.received(sent, d, state).has_value();
      };
      for (std::uint32_t sequence = 0; sequence < 300; ++sequence) {
        EXPECT_TRUE(accepts(packet(sequence))) << sequence;
        EXPECT_FALSE(accepts(packet(sequence))) << sequence << " again";
      }
      for (std::uint32_t sequence = 0; sequence < 300; ++sequence) {
        EXPECT_FALSE(accepts(packet(sequence))) << sequence << " later";
      }
      // A forgery must not move the window.
      Packet forged = packet(100'000);
      forged.back() ^= 1;
      ASSERT_TRUE(p.covers(skb_of(forged, d), forged.size() - 1));
      EXPECT_FALSE(accepts(forged));
      EXPECT_TRUE(accepts(packet(301)));
      EXPECT_TRUE(accepts(packet(100'000)));
      EXPECT_FALSE(accepts(packet(302))) << "long past";
      typename TypeParam::State another{};
      EXPECT_TRUE(end.received(packet(302), d, another)) << "receivers are apart";
    });
  }
}

// A packet that was not seen is accepted up to some age, and never beyond it.
TYPED_TEST(ProtocolContract, ItsReplayWindowHasOneEdge) {
  if constexpr (std::is_empty_v<typename TypeParam::State>) {
    GTEST_SKIP() << "it has no replay protection";
  } else {
    const Algorithm& a = *this->names().front();
    const TypeParam p(a, {.ipv6 = !runs_over<TypeParam>(false)});
    const End<TypeParam> end = end_of(p, a, 5);
    const auto packet = [&](std::uint32_t sequence) {
      return end.sent(end.built(Direction::rx, sequence, 20), Direction::rx);
    };
    constexpr std::uint32_t newest = 5000;
    bool beyond = false;
    for (std::uint32_t age = 1; age < newest; ++age) {
      typename TypeParam::State state{};
      ASSERT_TRUE(end.received(packet(newest), Direction::rx, state));
      const bool accepted = end.received(packet(newest - age), Direction::rx, state).has_value();
      EXPECT_FALSE(accepted && beyond) << age;
      beyond |= !accepted;
      if (!accepted) continue;
      EXPECT_FALSE(end.received(packet(newest - age), Direction::rx, state)) << age << ", again";
      EXPECT_FALSE(end.received(packet(newest), Direction::rx, state)) << "the newest, again";
    }
    EXPECT_TRUE(beyond);
  }
}

TYPED_TEST(ProtocolContract, DrawsTheSameFromTheSameSeedAndOthersForOtherConnections) {
  this->for_variants([&](const TypeParam& p, const Algorithm& a) {
    std::set<std::string> lines, packets;
    // Up to the largest number of sockets of a workload, and beyond.
    const std::uint32_t indices[] = {0, 1, 2, 255, 256, 65535, 65536, 1'000'000, 0xffffff};
    for (const std::uint32_t index : indices) {
      const End<TypeParam> end = end_of(p, a, index);
      const Packet packet = end.built(Direction::tx, 7, 200);
      EXPECT_EQ(packet, end_of(p, a, index).built(Direction::tx, 7, 200));
      EXPECT_NE(packet, end.built(Direction::tx, 8, 200));
      EXPECT_NE(packet, end.built(Direction::rx, 7, 200));
      packets.insert(to_hex(packet));
      lines.insert(p.key_line(end.connection()));
    }
    EXPECT_EQ(packets.size(), std::size(indices));
    EXPECT_EQ(lines.size(), std::size(indices));
    EXPECT_FALSE(lines.contains(""));
  });
}

TYPED_TEST(ProtocolContract, DrawsOthersFromAnotherSeed) {
  const Algorithm& a = *this->names().front();
  const bool ipv6 = !runs_over<TypeParam>(false);
  const TypeParam p(a, {.ipv6 = ipv6, .seed = 1}), q(a, {.ipv6 = ipv6, .seed = 2});
  EXPECT_NE(end_of(p, a, 0).built(Direction::tx, 0, 64),
            end_of(q, a, 0).built(Direction::tx, 0, 64));
  const TrafficKeys ours = p.keys(p.connection(0)).value(),
                    theirs = q.keys(q.connection(0)).value();
  EXPECT_EQ(ours.bytes, a.key_bytes);
  EXPECT_EQ(ours.tx == theirs.tx, a.key_bytes == 0);
}

TYPED_TEST(ProtocolContract, WritesNothingIfThereIsNoRoom) {
  this->for_variants([&](const TypeParam& p, const Algorithm& a) {
    const End<TypeParam> end = end_of(p, a, 0);
    const std::size_t bytes = end.built(Direction::tx, 0, 10).size();
    Packet packet(bytes - 1, 0x5a);
    EXPECT_EQ(p.build(end.connection(), Direction::tx, 0, 10, packet), 0U);
    EXPECT_EQ(p.build(end.connection(), Direction::tx, 0, 70'000, packet), 0U);
    EXPECT_EQ(packet, Packet(bytes - 1, 0x5a));
  });
}

// Workloads choose payloads so that packets have a certain length.
TYPED_TEST(ProtocolContract, PacketsHaveTheDeclaredLengths) {
  this->for_variants([&](const TypeParam& p, const Algorithm& a) {
    for (const std::size_t payload : {0, 1, 2, 3, 94, 1400}) {
      std::size_t longest = 0;
      for (std::uint32_t index = 0; index < 64; ++index) {
        longest = std::max(longest, end_of(p, a, index).built(Direction::tx, 0, payload).size());
      }
      EXPECT_EQ(longest, p.packet_bytes(payload)) << payload;
      EXPECT_GE(longest, p.header_bytes() + payload) << payload;
    }
  });
}

}  // namespace
}  // namespace tfm::test
