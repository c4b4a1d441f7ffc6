// SPDX-License-Identifier: MIT
// 802.11 frames compared with the standard's published frames, and with CCMP and GCMP built a
// second time.
#include "workloads/protocols/mac80211.hpp"

#include <string>

#include "tests/workloads/protocols/end.hpp"
#include "tests/workloads/protocols/independent_aead.hpp"

namespace tfm::test {
namespace {

struct Cipher {
  std::string_view name;
  const char* openssl;
  int mic_bytes;
};
constexpr Cipher ciphers[] = {{"ccm(aes128)", "AES-128-CCM", 8},
                              {"gcm(aes128)", "AES-128-GCM", 16},
                              {"gcm(aes256)", "AES-256-GCM", 16}};

Packet bytes_of(std::string_view hex) { return from_hex(hex).value(); }

template <class F>
void for_ciphers(F&& f) {
  for (const Cipher& cipher : ciphers) {
    for (const Algorithm* a : algorithms()) {
      if (a->name != cipher.name) continue;
      for (bool ipv6 : {false, true}) {
        SCOPED_TRACE(std::string(cipher.name) + " of " + std::string(a->provider) +
                     (ipv6 ? ", IPv6" : ", IPv4"));
        f(Mac80211(*a, {.ipv6 = ipv6}), *a, cipher);
      }
    }
  }
}

class Mac80211Test : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(providers_init(), Errno::ok); }

  const Algorithm& ccm_ = algorithm("ccm(aes128)");
};

/// A published frame without FCS: header, CCMP or GCMP header, sealed text.
struct Vector {
  const char *document, *algorithm, *key, *headers, *text, *sealed;
};
// Both have Retry set and a sequence number, which are masked. The second has QoS with TID 3.
constexpr Vector vectors[] = {
    {"IEEE 802.11-2012, M.6.4", "ccm(aes128)", "c97c1f67ce371185514a8a19f2bdd52f",
     "0848c32c0fd2e128a57c5030f1844408abaea5b8fcba80330ce70020769703b5",
     "f8ba1a55d02f85ae967bb62fb6cda8eb7e78a050",
     "f3d0a2fe9a3dbf2342a643e43246e80c3c04d0197845ce0b16f97623"},
    {"IEEE 802.11ad-2012, M.11", "gcm(aes128)", "c97c1f67ce371185514a8a19f2bdd52f",
     "88480b000fd2e128a57c5030f18444085030f184440880330300082b00205f5f8900",
     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627",
     "60e9700cc4d40ac6d288b201c38f5bf08b807442640a1596e5dbdad41d1f3623f45d7a12db7afb23def619c2a374b"
     "6df66ffa53b6c69d79e"},
};

/// The published frames go from station to station, with neither ToDS nor FromDS. An access point
/// refuses such frames. This class takes them as if one bit were set.
struct BetweenStations : Mac80211 {
  using Mac80211::Mac80211;

  Found find(const Connection& connection, const Skb& skb) const noexcept {
    Packet packet(skb.data, skb.data + skb.length);
    packet.at(1) |= skb.direction == Direction::tx ? 2 : 1;
    Found found = Mac80211::find(connection, skb_of(packet, skb.direction));
    if (found) found.header = skb.data;
    return found;
  }
};

TEST_F(Mac80211Test, PublishedFramesAreSentAndReceivedToTheBit) {
  std::size_t frames = 0;
  for (const Vector& v : vectors) {
    const Packet headers = bytes_of(v.headers), text = bytes_of(v.text), key = bytes_of(v.key);
    const Packet sealed = bytes_of(v.sealed);
    TrafficKeys keys;
    keys.bytes = key.size();
    std::copy(key.begin(), key.end(), keys.tx.begin());
    keys.rx = keys.tx;
    for (const Algorithm* a : algorithms()) {
      if (a->name != v.algorithm) continue;
      SCOPED_TRACE(std::string(v.document) + " by " + std::string(a->provider));
      ++frames;
      const BetweenStations p(*a, {});
      Mac80211::Connection to, from;
      std::copy_n(headers.begin() + 4, 6, to.station.begin());
      std::copy_n(headers.begin() + 10, 6, from.station.begin());
      Packet built = headers, expected = headers;
      built.insert(built.end(), text.begin(), text.end());
      built.resize(built.size() + p.mic_bytes());
      expected.insert(expected.end(), sealed.begin(), sealed.end());
      const Packet sent = End<BetweenStations>(p, *a, to, keys).sent(built, Direction::tx);
      EXPECT_EQ(to_hex(sent), to_hex(expected));
      const auto received =
          End<BetweenStations>(p, *a, from, keys).received(expected, Direction::rx);
      ASSERT_TRUE(received.has_value());
      EXPECT_EQ(to_hex(*received), v.text);
      EXPECT_FALSE(p.Mac80211::find(to, skb_of(built, Direction::tx)));
      EXPECT_FALSE(p.Mac80211::find(from, skb_of(expected, Direction::rx)));
    }
  }
  EXPECT_GE(frames, 2 * std::size(vectors));
}

/// Associated data and nonce of a frame, built from the standard's text, one field of the header
/// after the other.
struct Seal {
  independent::Octets associated, nonce;

  Seal(const independent::Octets& frame, bool ccmp) {
    const unsigned control = frame.at(0) | frame.at(1) << 8;
    const bool qos = (control >> 7 & 1) != 0;
    // §9.2.4.1.1, bit by bit: the lower three bits of the subtype, Retry, Power Management, More
    // Data.
    unsigned masked = control;
    for (int bit : {4, 5, 6, 11, 12, 13}) masked &= ~(1U << bit);
    associated = {static_cast<std::uint8_t>(masked & 0xff), static_cast<std::uint8_t>(masked >> 8)};
    for (std::size_t at : {4U, 10U, 16U}) {
      independent::append(associated, independent::slice(frame, at, 6));
    }
    const unsigned fragment = frame.at(22) % 16, tid = qos ? frame.at(24) % 16U : 0;
    associated.push_back(static_cast<std::uint8_t>(fragment));
    associated.push_back(0);
    if (qos) {
      associated.push_back(static_cast<std::uint8_t>(tid));
      associated.push_back(0);
    }
    const std::size_t number_at = qos ? 26 : 24;
    if (ccmp) nonce.push_back(static_cast<std::uint8_t>(tid));
    independent::append(nonce, independent::slice(frame, 10, 6));
    for (std::size_t at : {7U, 6U, 5U, 4U, 1U, 0U}) nonce.push_back(frame.at(number_at + at));
  }
};

/// The frame, sealed a second time.
independent::Octets sealed_apart(const Packet& built, const Cipher& cipher, Bytes key) {
  const Seal seal(built, cipher.mic_bytes == 8);
  const std::size_t headers = (built.at(0) >= 0x80 ? 26 : 24) + 8;
  const std::size_t text = built.size() - headers - static_cast<std::size_t>(cipher.mic_bytes);
  independent::Octets frame = independent::slice(built, 0, headers);
  independent::append(
      frame,
      independent::seal(cipher.openssl, {key.begin(), key.end()}, seal.nonce, seal.associated,
                        independent::slice(built, headers, text), cipher.mic_bytes));
  return frame;
}

TEST_F(Mac80211Test, FramesEqualAnIndependentComputation) {
  for_ciphers([](const Mac80211& p, const Algorithm& a, const Cipher& cipher) {
    for (std::uint32_t index : {0U, 1U, 77U}) {
      const End<Mac80211> end = end_of(p, a, index);
      const TrafficKeys keys = p.keys(end.connection()).value();
      for (Direction d : {Direction::tx, Direction::rx}) {
        for (std::size_t payload : {0U, 1U, 19U, 94U, 1400U, 9000U}) {
          // A packet number with many nonzero bytes.
          const Packet built = end.built(d, 0x01020304 + index, payload);
          const Packet sent = end.sent(built, d);
          ASSERT_EQ(to_hex(sent), to_hex(sealed_apart(built, cipher, key_of(keys, d))));
          const auto received = end.received(sent, d);
          ASSERT_TRUE(received.has_value());
          EXPECT_EQ(*received, independent::slice(built, 34, received->size()));
          EXPECT_EQ(received->size() + 34 + p.mic_bytes(), built.size());
        }
      }
    }
  });
}

// Sealed with the right key, so that only these bits are wrong.
TEST_F(Mac80211Test, SendsOnlyFromDsAndReceivesOnlyToDs) {
  constexpr std::uint8_t to_ds = 1, from_ds = 2;
  for_ciphers([](const Mac80211& p, const Algorithm& a, const Cipher& cipher) {
    const End<Mac80211> end = end_of(p, a, 1);
    const TrafficKeys keys = p.keys(end.connection()).value();
    for (Direction d : {Direction::tx, Direction::rx}) {
      const std::uint8_t right = d == Direction::tx ? from_ds : to_ds;
      for (std::uint8_t bits : {0, 1, 2, 3}) {
        SCOPED_TRACE(int{bits});
        Packet built = end.built(d, 2, 33);
        ASSERT_EQ(built.at(1) & (to_ds | from_ds), right);
        built[1] = static_cast<std::uint8_t>((built[1] & ~(to_ds | from_ds)) | bits);
        EXPECT_EQ(end.sent(built, d).empty(), bits != right);
        EXPECT_EQ(end.received(sealed_apart(built, cipher, key_of(keys, d)), d).has_value(),
                  bits == right);
      }
    }
  });
}

/// Header fields with other allowed values: without QoS, other TIDs, fragments, Retry.
TEST_F(Mac80211Test, MasksAnyHeaderAsTheStandardSays) {
  for_ciphers([](const Mac80211& p, const Algorithm& a, const Cipher& cipher) {
    const End<Mac80211> end = end_of(p, a, 5);
    const TrafficKeys keys = p.keys(end.connection()).value();
    Rng rng(7);
    for (int i = 0; i < 200; ++i) {
      Packet built = end.built(Direction::rx, rng.below(1U << 31), 40);
      constexpr std::uint8_t more_fragments_retry_power_more_data = 0x3c;
      built[1] ^= static_cast<std::uint8_t>(rng.next()) & more_fragments_retry_power_more_data;
      for (std::size_t at : {2U, 3U, 22U, 23U, 24U, 25U, 28U}) {
        built[at] = static_cast<std::uint8_t>(rng.next());
      }
      if (rng.below(2) == 0) {
        built[0] &= 0x7f;
        built.erase(built.begin() + 24, built.begin() + 26);
      }
      const Packet sent = end.sent(built, Direction::rx);
      ASSERT_EQ(to_hex(sent), to_hex(sealed_apart(built, cipher, key_of(keys, Direction::rx))));
      // What a retransmission changes does not matter.
      Packet again = sent;
      again[1] ^= 0x38;
      again[2] ^= 0xff;
      again[23] ^= 0xff;
      ASSERT_TRUE(end.received(again, Direction::rx));
    }
  });
}

TEST_F(Mac80211Test, RefusesEveryFlippedBitThatItCovers) {
  for_ciphers([](const Mac80211& p, const Algorithm& a, const Cipher&) {
    const End<Mac80211> end = end_of(p, a, 1);
    const Packet sent = end.sent(end.built(Direction::rx, 1'000'000, 33), Direction::rx);
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
    // Type, addresses, packet number, and all that is sealed.
    EXPECT_EQ(covered, (1 + 18 + 6 + sent.size() - 34) * 8U);
  });
}

TEST_F(Mac80211Test, CoversTheBitsThatItDoesNotMask) {
  const Mac80211 p(ccm_, {});
  const End<Mac80211> end = end_of(p, ccm_, 1);
  const Packet sent = end.sent(end.built(Direction::rx, 1'000'000, 33), Direction::rx);
  const auto accepts_with = [&](std::size_t at, std::uint8_t flip) {
    Packet other = sent;
    other[at] ^= flip;
    return end.received(other, Direction::rx).has_value();
  };
  EXPECT_TRUE(accepts_with(0, 0));
  for (std::uint8_t flip : {0x01, 0x02, 0x04, 0x40, 0x80}) {  // DS, fragments, protected, order
    EXPECT_FALSE(accepts_with(1, flip)) << int{flip};
  }
  for (std::uint8_t flip : {0x01, 0x08}) {
    EXPECT_FALSE(accepts_with(22, flip)) << "the fragment's number";
    EXPECT_FALSE(accepts_with(24, flip)) << "the TID";
  }
  for (std::uint8_t flip : {0x20, 0x40, 0x80}) {
    EXPECT_FALSE(accepts_with(29, flip)) << "ExtIV, KeyID: " << int{flip};
  }
  EXPECT_TRUE(accepts_with(22, 0x10)) << "the sequence number";
  EXPECT_TRUE(accepts_with(24, 0x10)) << "end of service period";
}

TEST_F(Mac80211Test, RefusesEveryTruncation) {
  for_ciphers([](const Mac80211& p, const Algorithm& a, const Cipher&) {
    const End<Mac80211> end = end_of(p, a, 1);
    const Packet sent = end.sent(end.built(Direction::rx, 2, 33), Direction::rx);
    for (std::size_t length = 0; length < sent.size(); ++length) {
      const Packet cut(sent.begin(), sent.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_FALSE(end.received(cut, Direction::rx)) << length;
    }
  });
}

TEST_F(Mac80211Test, RefusesOtherStations) {
  const Mac80211 p(ccm_, {});
  const End<Mac80211> end = end_of(p, ccm_, 1);
  for (Direction d : {Direction::tx, Direction::rx}) {
    const Packet sent = end.sent(end.built(d, 2, 33), d);
    EXPECT_TRUE(end.received(sent, d));
    EXPECT_FALSE(end_of(p, ccm_, 2).received(sent, d));
    EXPECT_FALSE(end.received(sent, d == Direction::tx ? Direction::rx : Direction::tx));
  }
}

TEST_F(Mac80211Test, AcceptsPacketNumbersThatIncrease) {
  const Mac80211 p(ccm_, {});
  const End<Mac80211> end = end_of(p, ccm_, 1);
  Mac80211::State state;
  const auto accepts = [&](std::uint32_t n) {
    return end
        .received(end.sent(end.built(Direction::rx, n, 20), Direction::rx), Direction::rx, state)
        .has_value();
  };
  EXPECT_TRUE(accepts(0));
  EXPECT_FALSE(accepts(0));
  EXPECT_TRUE(accepts(1));
  EXPECT_TRUE(accepts(1000));
  EXPECT_FALSE(accepts(1000));
  EXPECT_FALSE(accepts(999));
  // A frame that is not authentic must not move the number.
  Packet forged = end.sent(end.built(Direction::rx, 70'000, 20), Direction::rx);
  forged.back() ^= 1;
  EXPECT_FALSE(end.received(forged, Direction::rx, state));
  EXPECT_TRUE(accepts(1001));
  EXPECT_TRUE(accepts(0xffffffff));  // packet number 2^32
  EXPECT_FALSE(accepts(0));
  // No frame has the number 0.
  Packet zero = end.built(Direction::rx, 0, 20);
  zero[26] = 0;
  EXPECT_FALSE(end.received(end.sent(zero, Direction::rx), Direction::rx));
}

TEST_F(Mac80211Test, BuildsNothingBeyondItsRoomAndTheLargestPacket) {
  const Mac80211 p(ccm_, {});
  const auto c = p.connection(0);
  Packet packet(p.packet_bytes(10) - 1);
  EXPECT_EQ(p.build(c, Direction::tx, 0, 10, packet), 0U);
  EXPECT_EQ(packet, Packet(packet.size()));
  Packet large(70'000);
  EXPECT_EQ(p.build(c, Direction::tx, 0, max_packet_bytes, large), 0U);
}

TEST_F(Mac80211Test, TakesCcmAndGcm) {
  for (const Algorithm* a : algorithms()) {
    const bool takes = a->name == "ccm(aes128)" || a->name.starts_with("gcm");
    EXPECT_EQ(Mac80211::supports(*a), takes) << a->name;
  }
}

}  // namespace
}  // namespace tfm::test
