// SPDX-License-Identifier: MIT
// A listener of every strategy: segments without a socket are signed and verified as an independent
// reference does, no forged one passes, no genuine one is refused, none is sent unsigned, also when
// allocations fail.
#include "bench/cell/listener_of.hpp"
#include "bench/cell/reference.hpp"
#include "bench/cell/softirq_section.hpp"
#include "runtime/rng.hpp"
#include "tests/strategies/support.hpp"

namespace tfm::bench {

inline void PrintTo(Outcome outcome, std::ostream* out) {
  constexpr const char* names[] = {"passed",   "refused", "malformed",
                                   "replayed", "failed",  "no_memory"};
  *out << names[static_cast<std::size_t>(outcome)];
}

namespace test {
namespace {

using tfm::test::Live;
using Octets = std::vector<std::uint8_t>;

constexpr unsigned cpus = 3;
constexpr std::uint32_t peer_count = 60;

struct Setting {
  const char *algorithm, *provider;
  std::uint32_t mkts = 10;
  bool ipv6 = false, covered = true;
};
constexpr Setting settings[] = {
    {.algorithm = "hmac(sha1)", .provider = "nettle"},
    {.algorithm = "hmac(sha256)", .provider = "nettle", .mkts = 1, .ipv6 = true},
    {.algorithm = "cmac(aes128)", .provider = "nettle", .mkts = 1000, .covered = false},
    {.algorithm = "hmac(sha1)", .provider = "openssl", .ipv6 = true, .covered = false},
    {.algorithm = "cmac(aes128)", .provider = "openssl"},
};

Skb skb_of(Octets& packet, AoSegment segment) {
  return {packet.data(), 0, static_cast<std::uint16_t>(packet.size()), direction_of(segment),
          false};
}

/// The segments of a listener's peers, with the MACs of an algorithm from another provider.
class Segments {
 public:
  explicit Segments(const Setting& s, bool zeros)
      : algorithm_(*find_algorithm(s.algorithm, s.provider)),
        protocol_(algorithm_, {.ipv6 = s.ipv6, .options_covered = s.covered}),
        peers_({.ipv6 = s.ipv6, .options_covered = s.covered}, s.mkts, peer_count),
        ipv6_(s.ipv6),
        zeros_(zeros) {}

  const Algorithm& algorithm() const { return algorithm_; }
  const TcpAo& protocol() const { return protocol_; }
  const AoPeers& peers() const { return peers_; }

  Octets built(AoSegment segment, std::uint32_t peer) const {
    Octets packet(AoPeers::most_bytes);
    packet.resize(peers_.build(segment, peer, packet));
    EXPECT_FALSE(packet.empty());
    return packet;
  }
  Octets with_mac(AoSegment segment, std::uint32_t peer) const {
    Octets packet = built(segment, peer);
    sign(packet, segment, peer);
    return packet;
  }
  /// The traffic key of a direction of the peer's connection, or of its SYN.
  Octets key(std::uint32_t peer, Direction d, bool syn) const {
    const TcpDraw draw = peers_.draw(peer);
    const auto& [source, destination] = draw.ends(d);
    const KdfContext context{.ipv6 = ipv6_,
                             .source = source,
                             .destination = destination,
                             .source_isn = draw.source_isn(d),
                             .destination_isn = syn ? 0 : draw.destination_isn(d)};
    Octets made(algorithm_.key_bytes);
    const std::string master = peers_.master_key(peers_.mkt_of(peer));
    EXPECT_EQ(
        derive_traffic_key(Reference::of(algorithm_),
                           {reinterpret_cast<const std::uint8_t*>(master.data()), master.size()},
                           context, made),
        Errno::ok);
    return made;
  }

 private:
  void sign(Octets& packet, AoSegment segment, std::uint32_t peer) const {
    if (zeros_) return;
    const Skb skb = skb_of(packet, segment);
    const Octets traffic_key = key(peer, skb.direction, segment == AoSegment::syn);
    const auto request = KeyedRequest::create(Reference::of(algorithm_), traffic_key).value();
    TcpAo::Connection connection;
    const TcpDraw draw = peers_.draw(peer);
    connection.sne_base = {SneBase{0, draw.isn[0]}, SneBase{0, draw.isn[1]}};
    const auto found = protocol_.find(skb);
    Octets scratch(protocol_.scratch_bytes());
    EXPECT_EQ(protocol_.digest(*request, scratch.data(), connection, skb, found, found.mac()),
              Errno::ok);
  }

  const Algorithm& algorithm_;
  TcpAo protocol_;
  AoPeers peers_;
  bool ipv6_, zeros_;
};

/// A strategy's listener.
template <Strategy S>
struct Bound {
  Bound(const Segments& segments)
      : kind{&segments.algorithm(), &segments.algorithm(), segments.protocol().scratch_bytes()},
        strategy(create<S>({.possible_cpus = cpus})),
        listener(strategy ? std::make_unique<ListenerOf<S>>(**strategy, segments.protocol(),
                                                            segments.peers(), kind)
                          : nullptr) {}

  Outcome verify(unsigned cpu, Octets& packet, AoSegment segment, const AoRequestSock* request,
                 AoWithoutSocket& found) {
    const SoftirqSection softirq(true);
    return listener->verify(cpu, skb_of(packet, segment), request, found);
  }
  Outcome verify(unsigned cpu, Octets& packet, AoSegment segment, const AoRequestSock* request) {
    AoWithoutSocket found;
    return verify(cpu, packet, segment, request, found);
  }
  Outcome sign(unsigned cpu, Octets& packet, AoSegment segment, const AoRequestSock& request) {
    const SoftirqSection softirq(true);
    return listener->sign(cpu, skb_of(packet, segment), request);
  }

  Kind kind;
  Result<std::unique_ptr<S>> strategy;
  std::unique_ptr<ListenerOf<S>> listener;
};

template <Strategy S>
class Listener : public ::testing::Test {
 protected:
  static constexpr bool is_null = std::is_same_v<S, Null>;

  /// Calls test(Segments&) for each setting that the strategy takes.
  template <class Test>
  static void for_each_setting(Test test) {
    unsigned taken = 0;
    for (const Setting& setting : settings) {
      SCOPED_TRACE(std::string(setting.algorithm) + " of " + setting.provider);
      const Segments segments(setting, is_null);
      if (!refuses<S>(segments.algorithm(), segments.protocol().scratch_bytes()).empty()) continue;
      ++taken;
      test(segments);
    }
    EXPECT_EQ(taken > 0, !(std::is_same_v<S, Md5sigPool>));
  }

  /// A digest of the child's, in a direction.
  static Octets digest(Bound<S>& bound, typename S::Socket& child, Direction d, Bytes text) {
    const tfm::test::RoomySkb skb(d);
    Octets made(TcpAo::ao_mac_bytes);
    EXPECT_EQ(operate(**bound.strategy, 0, child, skb,
                      [&](Request& request, std::uint8_t*) noexcept {
                        Errno e = hash_init(request);
                        if (!failed(e)) e = hash_update(request, text);
                        return failed(e) ? e : hash_final(request, made);
                      }),
              Errno::ok);
    return made;
  }

 private:
  RcuThread rcu_;
};
TYPED_TEST_SUITE(Listener, tfm::test::AllStrategies, tfm::test::StrategyName);

TYPED_TEST(Listener, AHandshakeOpensAConnection) {
  this->for_each_setting([&](const Segments& segments) {
    Bound<TypeParam> bound(segments);
    ASSERT_EQ(bound.listener->open(), Errno::ok);
    for (std::uint32_t peer = 0; peer < peer_count; ++peer) {
      const unsigned cpu = peer % cpus;
      AoWithoutSocket found;
      Octets syn = segments.with_mac(AoSegment::syn, peer);
      ASSERT_EQ(bound.verify(cpu, syn, AoSegment::syn, nullptr, found), Outcome::passed);
      EXPECT_EQ(found.mkt->number, segments.peers().mkt_of(peer));
      const AoRequestSock request = request_of(found, segments.peers().request(peer).own_isn);

      Octets syn_ack = segments.built(AoSegment::syn_ack, peer);
      ASSERT_EQ(bound.sign(cpu, syn_ack, AoSegment::syn_ack, request), Outcome::passed);
      EXPECT_EQ(syn_ack, segments.with_mac(AoSegment::syn_ack, peer));

      Octets wrong = segments.with_mac(AoSegment::wrong_ack, peer);
      ASSERT_EQ(bound.verify(cpu, wrong, AoSegment::wrong_ack, &request), Outcome::passed);
      Octets reset = segments.built(AoSegment::reset, peer);
      ASSERT_EQ(bound.sign(cpu, reset, AoSegment::reset, request), Outcome::passed);
      EXPECT_EQ(reset, segments.with_mac(AoSegment::reset, peer));

      Octets ack = segments.with_mac(AoSegment::ack, peer);
      ASSERT_EQ(bound.verify(cpu, ack, AoSegment::ack, &request, found), Outcome::passed);
      local_bh_disable();
      auto child = bound.listener->accept(cpu, found, skb_of(ack, AoSegment::ack), request);
      local_bh_enable();
      ASSERT_TRUE(child.has_value());
      const Octets text(77, 0x5a);
      for (const Direction d : {Direction::tx, Direction::rx}) {
        if (this->is_null) break;
        const auto right =
            KeyedRequest::create(Reference::of(segments.algorithm()), segments.key(peer, d, false))
                .value();
        Octets mac(TcpAo::ao_mac_bytes);
        ASSERT_EQ(hash_init(*right), Errno::ok);
        ASSERT_EQ(hash_update(*right, text), Errno::ok);
        ASSERT_EQ(hash_final(*right, mac), Errno::ok);
        EXPECT_EQ(this->digest(bound, *child, d, text), mac);
      }
      (*bound.strategy)->close(*child);
    }
  });
}

TYPED_TEST(Listener, NothingForgedPasses) {
  this->for_each_setting([&](const Segments& segments) {
    Bound<TypeParam> bound(segments);
    ASSERT_EQ(bound.listener->open(), Errno::ok);
    Rng rng(7);
    for (std::uint32_t peer = 0; peer < peer_count; ++peer) {
      const AoRequestSock request = segments.peers().request(peer);
      const Octets sound = segments.with_mac(AoSegment::syn, peer);
      const auto refused = [&](Octets packet, AoSegment segment, const AoRequestSock* of) {
        const Outcome outcome = bound.verify(0, packet, segment, of);
        EXPECT_TRUE(outcome == Outcome::refused || outcome == Outcome::malformed);
      };
      // A valid KeyID and a wrong MAC, as in a flood.
      Octets flood = sound;
      for (std::uint8_t& byte : segments.protocol().find(skb_of(flood, AoSegment::syn)).mac())
        byte = static_cast<std::uint8_t>(rng.next() | 1);
      refused(flood, AoSegment::syn, nullptr);
      EXPECT_EQ(bound.verify(0, flood, AoSegment::syn, nullptr), Outcome::refused);
      for (std::size_t length = 0; length < sound.size(); ++length)
        refused(Octets(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(length)),
                AoSegment::syn, nullptr);
      // The null strategy's MACs are zeros whatever the packet says.
      if (this->is_null) continue;
      for (unsigned i = 0; i < 200; ++i) {
        Octets flipped = sound;
        const std::uint32_t bit = rng.below(static_cast<std::uint32_t>(sound.size() * 8));
        if (!segments.protocol().covers(skb_of(flipped, AoSegment::syn), bit / 8)) continue;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        refused(flipped, AoSegment::syn, nullptr);
      }
      refused(segments.built(AoSegment::syn, peer), AoSegment::syn, nullptr);  // zeros
      refused(segments.with_mac(AoSegment::ack, peer), AoSegment::ack, nullptr);
      AoRequestSock other = request;
      other.own_isn += 1;
      refused(segments.with_mac(AoSegment::ack, peer), AoSegment::ack, &other);
      other = request;
      other.peer_isn += 1;
      refused(segments.with_mac(AoSegment::ack, peer), AoSegment::ack, &other);
    }
  });
}

TYPED_TEST(Listener, WhatThePeerDidNotAskForIsNotSent) {
  this->for_each_setting([&](const Segments& segments) {
    Bound<TypeParam> bound(segments);
    ASSERT_EQ(bound.listener->open(), Errno::ok);
    AoRequestSock request = segments.peers().request(5);
    request.rnext_key_id = static_cast<std::uint8_t>(~request.rnext_key_id);
    Octets syn_ack = segments.built(AoSegment::syn_ack, 5);
    EXPECT_EQ(bound.sign(0, syn_ack, AoSegment::syn_ack, request), Outcome::failed);
    EXPECT_EQ(syn_ack, segments.built(AoSegment::syn_ack, 5));
  });
}

/// A listener's life. Every outcome is right, or without memory.
template <Strategy S>
class ListenerLife {
 public:
  explicit ListenerLife(const Segments& segments) : segments_(segments) {
    for (std::uint32_t peer = 0; peer < few; ++peer) {
      for (const AoSegment s : {AoSegment::syn, AoSegment::ack, AoSegment::syn_ack})
        signed_.push_back(segments.with_mac(s, peer));
      forged_.push_back(segments.with_mac(AoSegment::syn, peer));
      segments.protocol().find(skb_of(forged_.back(), AoSegment::syn)).mac()[0] ^= 1;
      built_.push_back(segments.built(AoSegment::syn_ack, peer));
    }
  }

  Live live() const { return segments_.algorithm().flat ? Live::now() : Live::now().sum(); }

  void run() {
    Bound<S> bound(segments_);
    if (!bound.strategy) {
      EXPECT_EQ(bound.strategy.error(), Errno::enomem);
      return;
    }
    if (const Errno e = bound.listener->open(); failed(e)) {
      EXPECT_EQ(e, Errno::enomem);
      return;
    }
    for (std::uint32_t peer = 0; peer < few; ++peer) packets(bound, peer);
  }

  std::uint64_t passed = 0, lost = 0;

 private:
  static constexpr std::uint32_t few = 2;

  /// Counts, and expects `right` unless memory was missing.
  void expect(Outcome outcome, Outcome right) {
    if (outcome == Outcome::no_memory) {
      ++lost;
    } else {
      EXPECT_EQ(outcome, right);
      ++passed;
    }
  }

  void packets(Bound<S>& bound, std::uint32_t peer) {
    const AoRequestSock request = segments_.peers().request(peer);
    expect(bound.verify(0, signed_[3 * peer], AoSegment::syn, nullptr), Outcome::passed);
    expect(bound.verify(1, forged_[peer], AoSegment::syn, nullptr), Outcome::refused);
    Octets syn_ack = built_[peer];
    const Outcome sent = bound.sign(2, syn_ack, AoSegment::syn_ack, request);
    expect(sent, Outcome::passed);
    EXPECT_EQ(syn_ack, sent == Outcome::passed ? signed_[3 * peer + 2] : built_[peer])
        << "a segment that failed was changed, or one that is sent has a wrong MAC";
    AoWithoutSocket found;
    const Outcome ack = bound.verify(0, signed_[3 * peer + 1], AoSegment::ack, &request, found);
    expect(ack, Outcome::passed);
    if (ack != Outcome::passed) return;
    local_bh_disable();
    auto child =
        bound.listener->accept(0, found, skb_of(signed_[3 * peer + 1], AoSegment::ack), request);
    local_bh_enable();
    if (child) {
      (*bound.strategy)->close(*child);
    } else {
      EXPECT_EQ(child.error(), Errno::enomem);
      ++lost;
    }
  }

  const Segments& segments_;
  std::vector<Octets> signed_, forged_, built_;
};

TYPED_TEST(Listener, FailsClosedAtEverySite) {
  this->for_each_setting([&](const Segments& segments) {
    if (segments.peers().mkts() > 10) return;  // as many sites as MKTs, all alike
    ListenerLife<TypeParam> life(segments);
    life.run();  // makes what the provider keeps from its first use on
    const Live before = life.live();
    ASSERT_EQ(life.lost, 0U);
    for (const bool sticky : {false, true}) {
      for (std::uint64_t k = 1;; ++k) {
        SCOPED_TRACE((sticky ? "all from allocation " : "allocation ") + std::to_string(k));
        const std::uint64_t refused = tfm::test::refusals();
        {
          const tfm::test::WithFaults faults({.kth = k, .sticky = sticky, .also_kernel = true});
          life.run();
        }
        ASSERT_EQ(life.live(), before) << "something leaks";
        ASSERT_FALSE(::testing::Test::HasFailure());
        if (tfm::test::refusals() == refused) break;
      }
    }
    EXPECT_GT(life.passed, 0U);
  });
}

// Random segments with random faults. gtest's --gtest_repeat and --gtest_shuffle make more of them.
TYPED_TEST(Listener, NeverErrsUnderRandomFaults) {
  this->for_each_setting([&](const Segments& segments) {
    Bound<TypeParam> bound(segments);
    ASSERT_EQ(bound.listener->open(), Errno::ok);
    std::vector<Octets> genuine, forged;
    for (std::uint32_t peer = 0; peer < peer_count; ++peer) {
      genuine.push_back(segments.with_mac(AoSegment::syn, peer));
      forged.push_back(genuine.back());
      segments.protocol().find(skb_of(forged.back(), AoSegment::syn)).mac()[peer % 12] ^=
          static_cast<std::uint8_t>(1 << peer % 8);
    }
    const auto seed = static_cast<std::uint64_t>(::testing::UnitTest::GetInstance()->random_seed());
    const tfm::test::WithFaults faults(
        {.probability = 0.05, .interval = 1, .times = -1, .seed = seed + 1});
    Rng rng(seed);
    std::uint64_t lost = 0;
    for (unsigned i = 0; i < 3000; ++i) {
      const std::uint32_t peer = rng.below(peer_count);
      const bool good = rng.below(2) == 0;
      const Outcome outcome =
          bound.verify(rng.below(cpus), (good ? genuine : forged)[peer], AoSegment::syn, nullptr);
      if (outcome == Outcome::no_memory) {
        ++lost;
      } else {
        ASSERT_EQ(outcome, good ? Outcome::passed : Outcome::refused);
      }
    }
    if (segments.algorithm().flat && !std::is_same_v<TypeParam, SkbRequest>) {
      const bool allocates =
          without_socket_allocations<TypeParam>(segments.algorithm(), Direction::rx) > 0;
      EXPECT_EQ(lost > 0, allocates);
    }
  });
}

}  // namespace
}  // namespace test
}  // namespace tfm::bench
