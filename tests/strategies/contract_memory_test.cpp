// SPDX-License-Identifier: MIT
// The contract on memory, over every registered strategy and every algorithm: what a socket and a
// packet take, and that it is given back.
#include "tests/strategies/contract.hpp"

namespace tfm::test {
namespace {

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

}  // namespace
}  // namespace tfm::test
