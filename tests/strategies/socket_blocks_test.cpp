// SPDX-License-Identifier: MIT
// The blocks that a strategy names as a socket's are what the ledger charges to the socket, for
// every strategy and every algorithm.
#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

template <Strategy S>
std::vector<Bytes> blocks_of(const typename S::Socket& socket) {
  std::vector<Bytes> blocks;
  socket_blocks<S>(socket, blocks);
  return blocks;
}

/// Bytes beside the Socket, which the caller owns. A sanitizer sees a byte that is no one's.
template <Strategy S>
std::uint64_t bytes_beside(const typename S::Socket& socket) {
  const std::vector<Bytes> blocks = blocks_of<S>(socket);
  EXPECT_EQ(blocks.at(0).data(), memory_of(socket).data());
  EXPECT_EQ(blocks.at(0).size(), sizeof socket);
  std::uint64_t bytes = 0;
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    bytes += blocks[i].size();
    volatile unsigned sum = 0;
    for (const std::uint8_t byte : blocks[i]) sum = sum + byte;
    for (std::size_t j = 1; j < i; ++j) {
      const bool apart = blocks[i].data() >= blocks[j].data() + blocks[j].size() ||
                         blocks[j].data() >= blocks[i].data() + blocks[i].size();
      EXPECT_TRUE(apart) << "blocks " << i << " and " << j;
    }
  }
  return bytes;
}

/// What is charged to sockets since it was made.
class Charged {
 public:
  std::uint64_t bytes() const { return Live::now().bytes(Owner::socket) - before_; }

 private:
  std::uint64_t before_ = Live::now().bytes(Owner::socket);
};

template <Strategy S>
class SocketBlocks : public ::testing::Test {
 private:
  RcuThread rcu_;
};
TYPED_TEST_SUITE(SocketBlocks, AllStrategies, StrategyName);

TYPED_TEST(SocketBlocks, AreWhatTheLedgerCharges) {
  for (const Algorithm* a : algorithms_of<TypeParam>(60)) {
    for (const KeysPerSocket keys : two_or_one) {
      SCOPED_TRACE(label(*a));
      if (keys == KeysPerSocket::one && !a->keyed) continue;
      const KeyPair parent_keys(*a, 1, keys), child_keys(*a, 2, keys);
      auto s = create<TypeParam>({.possible_cpus = 2}).value();
      const Charged charged;
      auto parent = s->open(*a, parent_keys.keys(), 60).value();
      const std::uint64_t named = bytes_beside<TypeParam>(parent);
      EXPECT_LE(named, charged.bytes());
      if (a->transform_init == nullptr || a->transform_block != nullptr || !a->keyed) {
        EXPECT_EQ(named, charged.bytes()) << "after open()";
        local_bh_disable();
        auto child = s->accept(parent, child_keys.keys()).value();
        local_bh_enable();
        EXPECT_EQ(named + bytes_beside<TypeParam>(child), charged.bytes()) << "after accept()";
        for (const Direction d : {Direction::tx, Direction::rx}) {
          static_cast<void>(operate(*s, child, *a, d, pattern(94, 1)));
        }
        EXPECT_EQ(s->rekey(child, parent_keys.keys()), Errno::ok);
        EXPECT_EQ(named + bytes_beside<TypeParam>(child), charged.bytes()) << "after packets";
        s->close(child);
      }
      s->close(parent);
      EXPECT_EQ(charged.bytes(), 0U);
    }
  }
}

// What all sockets share is not named: flushing it would make it cold for every packet.
TYPED_TEST(SocketBlocks, OfTwoSocketsHaveNothingInCommon) {
  for (const Algorithm* a : algorithms_of<TypeParam>(60)) {
    SCOPED_TRACE(label(*a));
    const KeyPair keys(*a, 1);
    auto s = create<TypeParam>({.possible_cpus = 2}).value();
    auto one = s->open(*a, keys.keys(), 60).value();
    auto other = s->open(*a, keys.keys(), 60).value();
    for (const Bytes of_one : blocks_of<TypeParam>(one)) {
      for (const Bytes of_other : blocks_of<TypeParam>(other)) {
        EXPECT_NE(of_one.data(), of_other.data());
      }
    }
    s->close(one);
    s->close(other);
  }
}

}  // namespace
}  // namespace tfm::test
