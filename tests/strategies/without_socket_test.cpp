// SPDX-License-Identifier: MIT
// The contract on packets without a socket, over every registered strategy and every algorithm.
#include <atomic>
#include <thread>

#include "tests/strategies/contract.hpp"

namespace tfm::test {
namespace {

/// Algorithms that a strategy opens, and whether it can do without a socket with them.
template <Strategy S>
std::vector<const Algorithm*> algorithms_without_socket(bool able) {
  std::vector<const Algorithm*> found;
  for (const Algorithm* a : algorithms_of<S>(scratch_bytes)) {
    if (refuses_without_socket<S>(*a).empty() == able) found.push_back(a);
  }
  return found;
}

template <Strategy S>
class WithoutSocket : public Contract<S> {
 protected:
  using Socket = typename S::Socket;

  /// A listener's MKT: a master key that serves both directions.
  static Socket mkt(S& s, const Algorithm& a, const KeyPair& master) {
    return s.open(a, master.keys(), scratch_bytes).value();
  }

  /// A packet with each of two keys, in both directions.
  static void expect_packets(S& s, Socket& mkt, const Algorithm& a, unsigned seed, Bytes text,
                             unsigned cpu = 0, bool headroom = true) {
    const KeyPair derived(a, seed);
    for (const Direction d : both) {
      const Bytes key = derived.of(d);
      EXPECT_EQ(
          shown(operate_without_socket(s, mkt, key, a, d, text, cpu, scratch_bytes, headroom)),
          shown(expected<S>(a, key, text)))
          << label(a);
    }
  }
};
TYPED_TEST_SUITE(WithoutSocket, AllStrategies, StrategyName);

// What a strategy cannot do is known before; all others can.
TYPED_TEST(WithoutSocket, ServesHmacAndCmac) {
  for (const char* name : {"hmac(sha1)", "hmac(sha256)", "cmac(aes128)"}) {
    const Algorithm* a = find_algorithm(name, "nettle");
    ASSERT_NE(a, nullptr);
    if (!refuses<TypeParam>(*a, scratch_bytes).empty()) continue;
    EXPECT_EQ(refuses_without_socket<TypeParam>(*a), "") << name;
  }
  EXPECT_FALSE(algorithms_without_socket<TypeParam>(true).empty());
}

TYPED_TEST(WithoutSocket, ResultsEqualTheReferenceAndTheMasterKeyStays) {
  for (const Algorithm* a : algorithms_without_socket<TypeParam>(true)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair master(*a, 1, KeysPerSocket::one);
    auto mkt = this->mkt(*s, *a, master);
    unsigned seed = 2;
    for (const std::size_t bytes : {0, 1, 64, 94, 1460}) {
      for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
        const auto text = pattern(bytes, cpu);
        this->expect_results(*s, mkt, *a, master, text, cpu);
        for (const bool headroom : {true, false})
          this->expect_packets(*s, mkt, *a, seed++, text, cpu, headroom);
        this->expect_results(*s, mkt, *a, master, text, cpu);
      }
    }
    s->close(mkt);
  }
}

// The order of a SYN: derive a key from the master key, use it, then accept a child.
TYPED_TEST(WithoutSocket, ADerivedKeyIsUsedWhileTheMktStaysOpen) {
  for (const Algorithm* a : algorithms_without_socket<TypeParam>(true)) {
    if (a->family != Family::hash || a->key_bytes > a->digest_bytes) continue;
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair master(*a, 1, KeysPerSocket::one);
    auto mkt = this->mkt(*s, *a, master);
    const auto context = pattern(37, 1), text = pattern(94, 2);
    for (const Direction d : both) {
      const auto made = operate(*s, mkt, *a, Direction::tx, context, 0, scratch_bytes).value();
      const Bytes key = Bytes(made).first(a->key_bytes);
      EXPECT_EQ(shown(operate_without_socket(*s, mkt, key, *a, d, text, 0, scratch_bytes)),
                shown(expected<TypeParam>(*a, key, text)));
    }
    s->close(mkt);
  }
}

TYPED_TEST(WithoutSocket, AnMktsChildHasKeysOfItsOwn) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair master(*a, 1, KeysPerSocket::one), keys(*a, 2);
    auto mkt = this->mkt(*s, *a, master);
    const auto text = pattern(94, 1);
    local_bh_disable();
    auto child = s->accept(mkt, keys.keys()).value();
    local_bh_enable();
    this->expect_results(*s, child, *a, keys, text);
    this->expect_results(*s, mkt, *a, master, text);
    s->close(mkt);
    this->expect_results(*s, child, *a, keys, text);
    s->close(child);
  }
}

TYPED_TEST(WithoutSocket, WhatItRefusesHoldsNothing) {
  for (const Algorithm* a : algorithms_without_socket<TypeParam>(false)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    auto mkt = this->mkt(*s, *a, {*a, 1, KeysPerSocket::one});
    const Live before = Live::now();
    const KeyPair key(*a, 2);
    for (const Direction d : both) {
      EXPECT_EQ(shown(operate_without_socket(*s, mkt, key.of(d), *a, d, pattern(94, 1), 0,
                                             scratch_bytes)),
                "EOPNOTSUPP");
    }
    EXPECT_EQ(Live::now(), before);
    s->close(mkt);
  }
}

TYPED_TEST(WithoutSocket, AllocatesWhatItDeclares) {
  bool any = false;
  for (const Algorithm* a : algorithms_without_socket<TypeParam>(true)) {
    if (!a->flat) continue;
    any = true;
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    auto mkt = this->mkt(*s, *a, {*a, 1, KeysPerSocket::one});
    const auto text = pattern(94, 0);
    this->expect_packets(*s, mkt, *a, 2, text);  // the first may cost more
    const KeyPair key(*a, 3);
    for (const Direction d : both) {
      const unsigned declared = without_socket_allocations<TypeParam>(*a, d);
      const std::uint64_t before = allocations();
      static_cast<void>(operate_without_socket(*s, mkt, key.of(d), *a, d, text));
      EXPECT_EQ(allocations() - before, declared);
      const bool in_skb = skb_headroom_bytes<TypeParam>(*a, scratch_bytes) > 0;
      const std::uint64_t before_bare = allocations();
      static_cast<void>(
          operate_without_socket(*s, mkt, key.of(d), *a, d, text, 0, scratch_bytes, false));
      EXPECT_EQ(allocations() - before_bare, declared + (in_skb ? 1 : 0));
    }
    s->close(mkt);
  }
  EXPECT_TRUE(any);
}

TYPED_TEST(WithoutSocket, NothingSleepsAndEveryByteIsGivenBack) {
  for (const Algorithm* a : algorithms_without_socket<TypeParam>(true)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    auto mkt = this->mkt(*s, *a, {*a, 1, KeysPerSocket::one});
    const KeyPair keys(*a, 2);
    const auto text = pattern(94, 1);
    const auto packets = [&] {
      for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
        for (const Direction d : both) {
          for (const bool headroom : {true, false}) {
            static_cast<void>(operate_without_socket(*s, mkt, keys.of(d), *a, d, text, cpu,
                                                     scratch_bytes, headroom));
          }
        }
      }
    };
    packets();  // makes what the provider keeps from its first use on
    const Live live = Live::now();
    const std::uint64_t before = gfp_accounting()->counts().kernel;
    packets();
    EXPECT_EQ(gfp_accounting()->counts().kernel, before);
    EXPECT_EQ(Live::now(), live);
    s->close(mkt);
  }
}

TYPED_TEST(WithoutSocket, AKeyOfTheWrongLengthGivesNothing) {
  if (std::is_same_v<TypeParam, Null> || std::is_same_v<TypeParam, Md5sigPool>)
    GTEST_SKIP() << "it takes no key";
  bool any = false;
  for (const Algorithm* a : algorithms_without_socket<TypeParam>(true)) {
    if (!a->keyed || a->tmpl == Template::hmac) continue;
    any = true;
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair master(*a, 1, KeysPerSocket::one);
    auto mkt = this->mkt(*s, *a, master);
    const auto wrong = pattern(5, 0), text = pattern(94, 1);
    EXPECT_FALSE(operate_without_socket(*s, mkt, wrong, *a, Direction::rx, text).has_value());
    this->expect_packets(*s, mkt, *a, 2, text);
    this->expect_results(*s, mkt, *a, master, text);
    s->close(mkt);
  }
  EXPECT_TRUE(any);
}

TYPED_TEST(WithoutSocket, APacketThatStopsEarlyLeavesNoTrace) {
  for (const Algorithm* a : algorithms_without_socket<TypeParam>(true)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair master(*a, 1, KeysPerSocket::one), key(*a, 2);
    auto mkt = this->mkt(*s, *a, master);
    RoomySkb skb(Direction::rx);
    std::ranges::fill(skb.headroom(), std::uint8_t{0});
    Transient<TypeParam> op;
    ASSERT_FALSE(failed(s->without_socket(0, mkt, key.of(Direction::rx), skb, op)));
    ASSERT_FALSE(failed(s->key(op)));
    if (a->family == Family::hash) {
      ASSERT_EQ(hash_init(op.request()), Errno::ok);
      ASSERT_EQ(hash_update(op.request(), pattern(33, 0)), Errno::ok);
    }
    s->end(0, op);
    if (a->keyed) {
      EXPECT_FALSE(contains(skb.headroom(), key.of(Direction::rx)));
    }
    this->expect_packets(*s, mkt, *a, 3, pattern(94, 1));
    this->expect_results(*s, mkt, *a, master, pattern(94, 1));
    s->close(mkt);
  }
}

TYPED_TEST(WithoutSocket, RunsInsideASoftirq) {
  for (const Algorithm* a : algorithms_without_socket<TypeParam>(true)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    auto mkt = this->mkt(*s, *a, {*a, 1, KeysPerSocket::one});
    rcu_read_lock_bh();
    this->expect_packets(*s, mkt, *a, 2, pattern(94, 1));
    EXPECT_TRUE(in_softirq());
    rcu_read_unlock_bh();
    EXPECT_FALSE(in_softirq());
    s->close(mkt);
  }
}

// Two CPUs receive SYNs for one MKT, each with keys of its own, and derive with the master key.
TYPED_TEST(WithoutSocket, TwoCpusShareAnMkt) {
  for (const Algorithm* a : algorithms_without_socket<TypeParam>(true)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair master(*a, 1, KeysPerSocket::one);
    auto mkt = this->mkt(*s, *a, master);
    const auto text = pattern(94, 1);
    const std::string derived = shown(expected<TypeParam>(*a, master.of(Direction::tx), text));
    std::atomic<unsigned> wrong{0};
    const auto run = [&](unsigned cpu) {
      for (unsigned packet = 0; packet < 100; ++packet) {
        const KeyPair keys(*a, 2 + cpu * 100 + packet);
        const Bytes key = keys.of(Direction::rx);
        const auto made =
            operate_without_socket(*s, mkt, key, *a, Direction::rx, text, cpu, scratch_bytes);
        if (shown(made) != shown(expected<TypeParam>(*a, key, text))) ++wrong;
        // Keys are derived by hashes. OpenSSL's transform holds the state of the one operation.
        if (a->family != Family::hash || !a->flat) continue;
        if (shown(operate(*s, mkt, *a, Direction::tx, text, cpu, scratch_bytes)) != derived)
          ++wrong;
      }
    };
    std::thread other([&] {
      const RcuThread rcu;
      run(1);
    });
    run(0);
    {
      const RcuOffline waits;
      other.join();
    }
    EXPECT_EQ(wrong, 0U);
    s->close(mkt);
  }
}

}  // namespace
}  // namespace tfm::test
