// SPDX-License-Identifier: MIT
// The contract on results, over every registered strategy and every algorithm of every provider.
#include "tests/strategies/contract.hpp"

#include <atomic>
#include <thread>

namespace tfm::test {
namespace {

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
