// SPDX-License-Identifier: MIT
// The magazines: traffic fills them, they are bounded, and pieces that end on another CPU return.
#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr Skb skb{nullptr, 0, 0, Direction::rx, false};

class PercpuFreelistTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const KeyPair keys(*sha1_, 1);
    freelist_ = create<PercpuFreelist>({.possible_cpus = 2}).value();
    socket_ = freelist_->open(*sha1_, keys.keys(), 60).value();
  }
  void TearDown() override {
    freelist_->close(socket_);
    freelist_.reset();
    EXPECT_EQ(Live::now(), before_);
  }
  /// Starts an operation and returns how many allocations that took.
  std::uint64_t start(unsigned cpu, PercpuFreelist::Operation& op) {
    const std::uint64_t before = allocations();
    EXPECT_EQ(freelist_->start(cpu, socket_, skb, op), Errno::ok);
    return allocations() - before;
  }
  static std::uint64_t requests() {
    const Ledger ledger = gfp_accounting()->ledger();
    return ledger.by_owner[static_cast<std::size_t>(Owner::request)].blocks;
  }

  const RcuThread rcu_;
  const Algorithm* const sha1_ = find_algorithm("hmac(sha1)", "nettle");
  const Live before_ = Live::now();
  std::unique_ptr<PercpuFreelist> freelist_;
  PercpuFreelist::Socket socket_;
};

TEST_F(PercpuFreelistTest, AllocatesOnlyWhileTheMagazineIsEmpty) {
  PercpuFreelist::Operation one, two;
  EXPECT_EQ(start(0, one), 1U);
  freelist_->end(0, one);
  EXPECT_EQ(start(0, one), 0U);
  EXPECT_EQ(start(0, two), 1U) << "two at once";
  EXPECT_NE(&one.request(), &two.request());
  freelist_->end(0, one);
  freelist_->end(0, two);
  EXPECT_EQ(start(1, one), 1U) << "the other CPU has its own";
  freelist_->end(1, one);
}

TEST_F(PercpuFreelistTest, KeepsNoMoreThanItsRounds) {
  const std::uint64_t before = requests();
  std::array<PercpuFreelist::Operation, Magazine::rounds + 5> ops;
  for (auto& op : ops) start(0, op);
  EXPECT_EQ(requests() - before, ops.size());
  for (auto& op : ops) freelist_->end(0, op);
  EXPECT_EQ(requests() - before, Magazine::rounds);
}

TEST_F(PercpuFreelistTest, APieceGoesBackToItsCpu) {
  PercpuFreelist::Operation op, other;
  EXPECT_EQ(start(0, op), 1U);
  const Request* piece = &op.request();
  freelist_->end(1, op);
  EXPECT_EQ(start(1, other), 1U) << "the other CPU did not keep the piece";
  EXPECT_EQ(start(0, op), 0U);
  EXPECT_EQ(&op.request(), piece);
  freelist_->end(0, op);
  freelist_->end(1, other);
}

TEST_F(PercpuFreelistTest, TakesOverNoMoreThanItsRounds) {
  const std::uint64_t before = requests();
  std::array<PercpuFreelist::Operation, Magazine::rounds + 5> ops;
  for (auto& op : ops) start(0, op);
  for (auto& op : ops) freelist_->end(1, op);
  EXPECT_EQ(requests() - before, ops.size()) << "they wait for their CPU";
  EXPECT_EQ(start(0, ops[0]), 0U);
  EXPECT_EQ(requests() - before, Magazine::rounds);
  freelist_->end(0, ops[0]);
}

// Other CPUs write the list of returned pieces; the CPU's own packets write its stack.
TEST_F(PercpuFreelistTest, TheReturnedListHasItsOwnCacheLine) {
  const Magazine magazine;
  const auto line = [](const void* p) { return reinterpret_cast<std::uintptr_t>(p) / 64; };
  EXPECT_NE(line(&magazine.returned), line(&magazine.stack));
  EXPECT_NE(line(&magazine.returned), line(&magazine + 1));
}

TEST_F(PercpuFreelistTest, AReturnedPieceThatWasNeverTakenOverIsFreed) {
  PercpuFreelist::Operation op;
  start(0, op);
  freelist_->end(1, op);  // TearDown counts
}

}  // namespace
}  // namespace tfm::test
