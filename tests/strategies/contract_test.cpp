// SPDX-License-Identifier: MIT
// One contract over every registered strategy and every algorithm of every provider.
#include <atomic>
#include <map>
#include <thread>

#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr unsigned possible_cpus = 4;
constexpr std::size_t scratch_bytes = 60;  // as much as md5sig_pool has
constexpr Direction both[] = {Direction::tx, Direction::rx};

template <Strategy S>
class Contract : public ::testing::Test {
 protected:
  using Socket = typename S::Socket;

  static std::unique_ptr<S> create() {
    return tfm::create<S>({.possible_cpus = possible_cpus}).value();
  }

  static void expect_results(S& strategy, Socket& socket, const Algorithm& algorithm,
                             const KeyPair& keys, Bytes text, unsigned cpu = 0) {
    for (const Direction d : both) {
      EXPECT_EQ(shown(operate(strategy, socket, algorithm, d, text, cpu, scratch_bytes)),
                shown(expected<S>(algorithm, keys.of(d), text)))
          << label(algorithm);
    }
  }

  /// The whole life of a socket, to its close.
  static void live(S& strategy, const Algorithm& algorithm,
                   KeysPerSocket keys = KeysPerSocket::two) {
    const KeyPair first(algorithm, 1, keys), second(algorithm, 2, keys);
    const KeyPair child_keys(algorithm, 3, keys);
    const auto text = pattern(94, 0);
    Socket socket = strategy.open(algorithm, first.keys(), scratch_bytes).value();
    expect_results(strategy, socket, algorithm, first, text);
    local_bh_disable();
    auto child = strategy.accept(socket, child_keys.keys());
    local_bh_enable();
    ASSERT_TRUE(child.has_value()) << name(child.error());
    ASSERT_EQ(strategy.rekey(socket, second.keys()), Errno::ok);
    expect_results(strategy, socket, algorithm, second, text);
    expect_results(strategy, *child, algorithm, child_keys, text);
    strategy.close(socket);
    expect_results(strategy, *child, algorithm, child_keys, text);
    strategy.close(*child);
  }

  RcuThread rcu_;
};
TYPED_TEST_SUITE(Contract, AllStrategies, StrategyName);

TYPED_TEST(Contract, ResultsEqualTheReferenceInBothDirections) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair keys(*a, 7);
    auto socket = s->open(*a, keys.keys(), scratch_bytes).value();
    for (const std::size_t bytes : {0, 1, 19, 63, 64, 65, 94, 128, 576, 1460}) {
      for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
        this->expect_results(*s, socket, *a, keys, pattern(bytes, cpu), cpu);
      }
    }
    s->close(socket);
  }
}

TYPED_TEST(Contract, AcceptRekeyAndCloseKeepSocketsApart) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    for (const KeysPerSocket keys : two_or_one) this->live(*s, *a, keys);
  }
}

// One key for both directions takes half the bytes of two, and half the allocations if each key has
// one of its own.
TYPED_TEST(Contract, OneKeyIsKeptOnce) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair two(*a, 1), one(*a, 2, KeysPerSocket::one);
    auto stays = s->open(*a, two.keys(), scratch_bytes).value();
    const Live before = Live::now();
    const auto added = [&](const KeyPair& keys) {
      auto parent = s->open(*a, keys.keys(), scratch_bytes).value();
      const std::uint64_t opened = Live::now().bytes(Owner::socket) - before.bytes(Owner::socket);
      local_bh_disable();
      auto child = s->accept(parent, keys.keys()).value();
      local_bh_enable();
      EXPECT_EQ(Live::now().bytes(Owner::socket) - before.bytes(Owner::socket), 2 * opened);
      this->expect_results(*s, child, *a, keys, pattern(94, 1));
      s->close(child);
      s->close(parent);
      return opened;
    };
    EXPECT_EQ(added(two), 2 * added(one));
    EXPECT_EQ(Live::now().bytes(Owner::socket), before.bytes(Owner::socket));
    s->close(stays);
  }
}

TYPED_TEST(Contract, InterleavedSocketsOfAllAlgorithms) {
  auto s = this->create();
  struct Open {
    const Algorithm* algorithm;
    KeyPair keys;
    typename TypeParam::Socket socket;
  };
  std::vector<Open> sockets;
  for (unsigned i = 0; i < 3; ++i) {
    for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
      // md5sig_pool takes one md5, the first.
      if (std::is_same_v<TypeParam, Md5sigPool> && !sockets.empty() &&
          a != sockets.front().algorithm)
        continue;
      const KeyPair keys(*a, i);
      sockets.push_back({a, keys, s->open(*a, keys.keys(), scratch_bytes).value()});
    }
  }
  for (unsigned turn = 0; turn < 3; ++turn) {
    const auto text = pattern(94 + turn, turn);
    for (Open& o : sockets) {
      SCOPED_TRACE(label(*o.algorithm));
      this->expect_results(*s, o.socket, *o.algorithm, o.keys, text);
    }
  }
  for (Open& o : sockets) s->close(o.socket);
}

TYPED_TEST(Contract, AnOperationThatStopsEarlyLeavesNoTrace) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair keys(*a, 3);
    auto socket = s->open(*a, keys.keys(), scratch_bytes).value();
    RoomySkb skb(Direction::tx);
    std::ranges::fill(skb.headroom(), std::uint8_t{0});
    typename TypeParam::Operation op;
    ASSERT_FALSE(failed(s->start(0, socket, skb, op)));
    ASSERT_FALSE(failed(s->key(op)));
    if (a->family == Family::hash) {
      ASSERT_EQ(hash_init(op.request()), Errno::ok);
      ASSERT_EQ(hash_update(op.request(), pattern(33, 0)), Errno::ok);
    }
    s->end(0, op);
    if (a->keyed) {
      EXPECT_FALSE(contains(skb.headroom(), keys.of(Direction::tx)))
          << "the key is left in the skb";
    }
    this->expect_results(*s, socket, *a, keys, pattern(94, 1));
    s->close(socket);
  }
}

// Sign in process context, verify in softirq: the section is outermost there, nested here.
TYPED_TEST(Contract, RunsInsideASoftirq) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair keys(*a, 5);
    auto socket = s->open(*a, keys.keys(), scratch_bytes).value();
    rcu_read_lock_bh();
    this->expect_results(*s, socket, *a, keys, pattern(94, 1));
    EXPECT_TRUE(in_softirq());
    rcu_read_unlock_bh();
    EXPECT_FALSE(in_softirq());
    s->close(socket);
  }
}

TYPED_TEST(Contract, WhatItRefusesDoesNotOpen) {
  for (const Algorithm* a : algorithms()) {
    for (const std::size_t bytes : {0, 128, 65400}) {
      if (refuses<TypeParam>(*a, bytes).empty()) continue;
      SCOPED_TRACE(label(*a));
      auto s = this->create();
      const Live before = Live::now();
      const auto socket = s->open(*a, KeyPair(*a, 1).keys(), bytes);
      ASSERT_FALSE(socket.has_value());
      EXPECT_EQ(socket.error(), Errno::eopnotsupp);
      EXPECT_EQ(Live::now(), before);
    }
  }
}

// operate() writes all of the scratch before each step, and a sanitizer sees a write beyond it. The
// largest scratch is IPComp's. A strategy may refuse it, but must not hand out less.
TYPED_TEST(Contract, ScratchIsWritableInFull) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair keys(*a, 1);
    const auto text = pattern(94, 1);
    for (const std::size_t bytes : {1, 60, 256, 65400, 100}) {
      auto socket = s->open(*a, keys.keys(), bytes);
      if (!socket) {
        EXPECT_EQ(socket.error(), Errno::eopnotsupp);
        EXPECT_FALSE(refuses<TypeParam>(*a, bytes).empty());
        continue;
      }
      for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
        EXPECT_EQ(shown(operate(*s, *socket, *a, Direction::rx, text, cpu, bytes)),
                  shown(expected<TypeParam>(*a, keys.of(Direction::rx), text)));
      }
      s->close(*socket);
    }
  }
}

// A key of a length that the algorithm does not take is refused at open or at each packet, and
// gives no result. HMAC takes all lengths.
TYPED_TEST(Contract, AKeyOfTheWrongLengthGivesNothing) {
  if (std::is_same_v<TypeParam, Null> || std::is_same_v<TypeParam, Md5sigPool>)
    GTEST_SKIP() << "it takes no key";
  bool any = false;
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    if (!a->keyed || a->tmpl == Template::hmac) continue;
    any = true;
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const auto wrong = pattern(5, 0);
    auto socket = s->open(*a, {wrong, wrong}, scratch_bytes);
    if (!socket) continue;
    EXPECT_FALSE(operate(*s, *socket, *a, Direction::tx, pattern(94, 1)).has_value());
    s->close(*socket);
  }
  EXPECT_TRUE(any);
}

// HMAC takes keys of any length, and so do its transforms.
TYPED_TEST(Contract, AfterAFailedRekeyTheOldKeyIsGone) {
  if (std::is_same_v<TypeParam, Null> || std::is_same_v<TypeParam, Md5sigPool>)
    GTEST_SKIP() << "it takes no key";
  bool any = false;
  const auto text = pattern(94, 1);
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    if (!a->keyed) continue;
    SCOPED_TRACE(label(*a));
    const auto wrong = pattern(5, 0);
    for (const Direction failing : both) {
      auto s = this->create();
      const KeyPair first(*a, 1), second(*a, 2), third(*a, 3);
      auto socket = s->open(*a, first.keys(), scratch_bytes).value();
      const Direction other = failing == Direction::tx ? Direction::rx : Direction::tx;
      const bool tx_fails = failing == Direction::tx;
      const Keys half{tx_fails ? Bytes(wrong) : second.of(Direction::tx),
                      tx_fails ? second.of(Direction::rx) : Bytes(wrong)};
      const Errno e = s->rekey(socket, half);
      if (failed(e)) {
        any = true;
        EXPECT_EQ(e, Errno::ekeyrejected);
        EXPECT_EQ(shown(operate(*s, socket, *a, failing, text)), "ENOKEY");
      } else {
        EXPECT_EQ(shown(operate(*s, socket, *a, failing, text)),
                  shown(expected<TypeParam>(*a, wrong, text)));
      }
      EXPECT_EQ(shown(operate(*s, socket, *a, other, text)),
                shown(expected<TypeParam>(*a, second.of(other), text)));
      EXPECT_EQ(s->rekey(socket, third.keys()), Errno::ok);
      this->expect_results(*s, socket, *a, third, text);
      s->close(socket);
    }
  }
  EXPECT_TRUE(any);
}

TYPED_TEST(Contract, AfterAFailedRekeyOfOneKeyNeitherDirectionHasIt) {
  const auto text = pattern(94, 1), wrong = pattern(5, 0);
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    if (!a->keyed) continue;
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair first(*a, 1, KeysPerSocket::one), second(*a, 2, KeysPerSocket::one);
    auto socket = s->open(*a, first.keys(), scratch_bytes).value();
    const Errno e = s->rekey(socket, {wrong, wrong, true});
    for (const Direction d : both) {
      EXPECT_EQ(shown(operate(*s, socket, *a, d, text)),
                failed(e) ? "ENOKEY" : shown(expected<TypeParam>(*a, wrong, text)));
    }
    EXPECT_EQ(s->rekey(socket, second.keys()), Errno::ok);
    this->expect_results(*s, socket, *a, second, text);
    s->close(socket);
  }
}

TYPED_TEST(Contract, EveryByteIsGivenBack) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    this->live(*this->create(), *a);  // makes what the provider keeps from its first use on
    const Live before = Live::now();
    {
      auto s = this->create();
      const KeyPair keys(*a, 1);
      auto stays = s->open(*a, keys.keys(), scratch_bytes).value();
      this->live(*s, *a);  // makes what the provider adds to the pool's transforms at first use
      const Live with_one = Live::now();
      for (const KeysPerSocket form : two_or_one) this->live(*s, *a, form);
      EXPECT_EQ(Live::now(), with_one) << "a socket left something behind";
      s->close(stays);
      const Live closed = Live::now();
      for (const Owner owner : {Owner::socket, Owner::request}) {
        EXPECT_EQ(closed.bytes(owner), before.bytes(owner));
      }
    }
    EXPECT_EQ(Live::now(), before);
  }
}

// The allocations that a strategy declares, with a provider that allocates nothing inside.
TYPED_TEST(Contract, AllocatesPerPacketWhatItDeclares) {
  bool any = false;
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    if (!a->flat) continue;
    any = true;
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair keys(*a, 1);
    auto socket = s->open(*a, keys.keys(), scratch_bytes).value();
    this->expect_results(*s, socket, *a, keys, pattern(94, 0));  // the first may cost more
    for (const Direction d : both) {
      const std::uint64_t before = allocations();
      static_cast<void>(operate(*s, socket, *a, d, pattern(94, 0)));
      const unsigned declared = fast_path_allocations<TypeParam>(*a, d);
      EXPECT_EQ(allocations() - before, declared);
      // Without headroom, what would lie in the skb is allocated.
      const bool in_skb = skb_headroom_bytes<TypeParam>(*a, scratch_bytes) > 0;
      const std::uint64_t before_bare = allocations();
      static_cast<void>(operate(*s, socket, *a, d, pattern(94, 0), 0, scratch_bytes, false));
      EXPECT_EQ(allocations() - before_bare, declared + (in_skb ? 1 : 0));
    }
    s->close(socket);
  }
  EXPECT_TRUE(any);
}

// Nothing may sleep from start() to end(). After the first packets all allocations there are
// GFP_ATOMIC, the strategy's and the provider's.
TYPED_TEST(Contract, NothingSleepsFromStartToEnd) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const KeyPair keys(*a, 1);
    auto socket = s->open(*a, keys.keys(), scratch_bytes).value();
    const auto packets = [&] {
      for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
        for (const Direction d : both) {
          for (const bool headroom : {true, false}) {
            const auto text = pattern(94, cpu);
            static_cast<void>(operate(*s, socket, *a, d, text, cpu, scratch_bytes, headroom));
          }
        }
      }
    };
    packets();
    const std::uint64_t before = gfp_accounting()->counts().kernel;
    packets();
    EXPECT_EQ(gfp_accounting()->counts().kernel, before);
    s->close(socket);
  }
}

TYPED_TEST(Contract, TwoCpusAtOnce) {
  for (const Algorithm* a : algorithms_of<TypeParam>(scratch_bytes)) {
    SCOPED_TRACE(label(*a));
    auto s = this->create();
    const auto text = pattern(94, 1);
    std::atomic<unsigned> wrong{0};
    const auto run = [&](unsigned cpu) {
      const KeyPair keys(*a, cpu);
      const std::string results[] = {shown(expected<TypeParam>(*a, keys.of(Direction::tx), text)),
                                     shown(expected<TypeParam>(*a, keys.of(Direction::rx), text))};
      for (int life = 0; life < 10; ++life) {
        auto socket = s->open(*a, keys.keys(), scratch_bytes).value();
        for (int packet = 0; packet < 30; ++packet) {
          const Direction d = both[packet % 2];
          const auto made = operate(*s, socket, *a, d, text, cpu, scratch_bytes);
          if (shown(made) != results[packet % 2]) ++wrong;
        }
        s->close(socket);
      }
    };
    std::thread other([&] {
      const RcuThread rcu;
      run(1);
    });
    run(0);
    const RcuOffline waits;
    other.join();
    EXPECT_EQ(wrong, 0U);
  }
}

}  // namespace
}  // namespace tfm::test
