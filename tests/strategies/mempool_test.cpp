// SPDX-License-Identifier: MIT
// The reserve: used when an allocation is refused, refilled before anything is freed, and limited.
#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr Skb skb{nullptr, 0, 0, Direction::rx, false};

class MempoolTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const KeyPair keys(*sha1_, 1);
    mempool_ = create<Mempool>({.possible_cpus = 2}).value();
    socket_ = mempool_->open(*sha1_, keys.keys(), 60).value();
    opened_ = Live::now();
  }
  void TearDown() override {
    mempool_->close(socket_);
    mempool_.reset();
    EXPECT_EQ(Live::now(), before_);
  }
  Errno start(Mempool::Operation& op, unsigned cpu = 0) {
    return mempool_->start(cpu, socket_, skb, op);
  }

  const RcuThread rcu_;
  const Algorithm* const sha1_ = find_algorithm("hmac(sha1)", "nettle");
  const Live before_ = Live::now();
  Live opened_;
  std::unique_ptr<Mempool> mempool_;
  Mempool::Socket socket_;
};

TEST_F(MempoolTest, HoldsItsReserveOnEveryCpuFromTheFirstOpen) {
  const std::size_t piece = Request::bytes(*sha1_) + 60;
  // The lists of two CPUs, each with a cache line for its stack and one for returned pieces, and
  // one line for their alignment.
  const std::uint64_t parts = 2 * (64 + 64) + 64;
  EXPECT_EQ(opened_.bytes(Owner::percpu) - before_.bytes(Owner::percpu),
            2 * MempoolReserve::pieces * piece + parts);
  auto second = mempool_->open(*sha1_, KeyPair(*sha1_, 2).keys(), 60).value();
  EXPECT_EQ(Live::now().bytes(Owner::percpu), opened_.bytes(Owner::percpu)) << "of the same size";
  mempool_->close(second);
}

TEST_F(MempoolTest, ServesAsManyRefusedPacketsAtOnceAsItHolds) {
  std::array<Mempool::Operation, MempoolReserve::pieces> ops;
  {
    const WithFaults faults({.kth = 1, .sticky = true});
    for (auto& op : ops) ASSERT_EQ(start(op), Errno::ok);
    Mempool::Operation one_more;
    EXPECT_EQ(start(one_more), Errno::enomem);
    EXPECT_EQ(start(one_more, 1), Errno::ok) << "the other CPU has its own";
    mempool_->end(1, one_more);
    mempool_->end(0, ops[0]);
    EXPECT_EQ(start(ops[0]), Errno::ok) << "what ended is in reserve again";
  }
  for (auto& op : ops) mempool_->end(0, op);
  EXPECT_EQ(Live::now(), opened_);
}

TEST_F(MempoolTest, FillsTheReserveBeforeItFrees) {
  Mempool::Operation allocated, reserved;
  ASSERT_EQ(start(allocated), Errno::ok);
  {
    const WithFaults faults({.kth = 1, .sticky = true});
    ASSERT_EQ(start(reserved), Errno::ok);
  }
  mempool_->end(0, allocated);
  EXPECT_EQ(Live::now().bytes(Owner::request) - opened_.bytes(Owner::request),
            Request::bytes(*sha1_) + 60);
  mempool_->end(0, reserved);
  EXPECT_EQ(Live::now().sum(), opened_.sum());
}

TEST_F(MempoolTest, APieceOfTheReserveGoesBackToItsCpu) {
  std::array<Mempool::Operation, MempoolReserve::pieces> ops;
  Mempool::Operation one_more;
  const WithFaults faults({.kth = 1, .sticky = true});
  for (int turn = 0; turn < 3; ++turn) {
    for (auto& op : ops) ASSERT_EQ(start(op), Errno::ok) << "turn " << turn;
    EXPECT_EQ(start(one_more), Errno::enomem);
    for (auto& op : ops) mempool_->end(1, op);
    EXPECT_EQ(Live::now(), opened_);
  }
  for (auto& op : ops) ASSERT_EQ(start(op, 1), Errno::ok) << "the other CPU has its own";
  EXPECT_EQ(start(one_more, 1), Errno::enomem) << "and no more";
  for (auto& op : ops) mempool_->end(1, op);
}

// While a piece of the reserve is away, an allocated piece takes its place. When it comes back
// there is one piece too many, which must not be kept for ever.
TEST_F(MempoolTest, ReturnedPiecesDoNotPileUp) {
  for (unsigned turn = 0; turn < 20; ++turn) {
    Mempool::Operation allocated, reserved;
    ASSERT_EQ(start(allocated), Errno::ok);
    {
      const WithFaults faults({.kth = 1, .sticky = true});
      ASSERT_EQ(start(reserved), Errno::ok);
    }
    mempool_->end(0, allocated);
    mempool_->end(1, reserved);
    const std::uint64_t blocks = Live::now().sum().owners[0][1] - opened_.sum().owners[0][1];
    EXPECT_LE(blocks, 1U) << "turn " << turn;
  }
}

TEST_F(MempoolTest, AnAllocatedPieceFillsTheReserveWhereItEnds) {
  Mempool::Operation allocated, reserved;
  ASSERT_EQ(start(allocated, 0), Errno::ok);
  std::array<Mempool::Operation, MempoolReserve::pieces> ops;
  const WithFaults faults({.kth = 1, .sticky = true});
  for (auto& op : ops) ASSERT_EQ(start(op, 1), Errno::ok);
  mempool_->end(1, allocated);
  EXPECT_EQ(start(reserved, 1), Errno::ok);
  mempool_->end(1, reserved);
  for (auto& op : ops) mempool_->end(1, op);
  EXPECT_EQ(Live::now().sum(), opened_.sum());
}

}  // namespace
}  // namespace tfm::test
