// SPDX-License-Identifier: MIT
// tcp_md5sig_pool: built for the first socket, never freed, one algorithm, 60 bytes of scratch.
#include "strategies/md5sig_pool.hpp"

#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr unsigned possible_cpus = 3;
constexpr Skb skb{nullptr, 0, 0, Direction::rx, false};

class Md5sigPoolTest : public ::testing::Test {
 protected:
  void TearDown() override {
    pool_.reset();
    EXPECT_EQ(Live::now(), before_);
  }

  const RcuThread rcu_;
  const Algorithm* const md5_ = find_algorithm("md5", "nettle");
  const Live before_ = Live::now();
  std::unique_ptr<Md5sigPool> pool_ = Md5sigPool::create({.possible_cpus = possible_cpus}).value();
};

TEST_F(Md5sigPoolTest, IsBuiltWithTheFirstSocketAndStays) {
  const Live made = Live::now();
  auto first = pool_->open(*md5_, {}, 60).value();
  const Live built = Live::now();
  EXPECT_EQ(built.bytes(Owner::scratch) - made.bytes(Owner::scratch), possible_cpus * 60U);
  EXPECT_EQ(built.bytes(Owner::shared) - made.bytes(Owner::shared), Transform::bytes(*md5_));
  EXPECT_GE(built.bytes(Owner::percpu) - made.bytes(Owner::percpu),
            possible_cpus * Request::bytes(*md5_));
  EXPECT_EQ(built.bytes(Owner::socket), made.bytes(Owner::socket));
  auto second = pool_->open(*md5_, {}, 0).value();
  EXPECT_EQ(Live::now(), built);
  pool_->close(first);
  pool_->close(second);
  EXPECT_EQ(Live::now(), built) << "the kernel never freed it";
}

TEST_F(Md5sigPoolTest, HoldsOneMd5AndNothingElse) {
  EXPECT_FALSE(refuses<Md5sigPool>(*md5_, 61).empty()) << "the scratch does not grow";
  auto socket = pool_->open(*md5_, {}, 60).value();
  for (const Algorithm* a : algorithms()) {
    if (a == md5_) continue;
    SCOPED_TRACE(label(*a));
    const auto other = pool_->open(*a, KeyPair(*a, 1).keys(), 0);
    ASSERT_FALSE(other.has_value());
    // refuses() allows another provider's md5, but the pool has an md5 already.
    EXPECT_EQ(other.error(), a->name == "md5" ? Errno::ebusy : Errno::eopnotsupp);
    EXPECT_EQ(refuses<Md5sigPool>(*a, 0).empty(), a->name == "md5");
  }
  pool_->close(socket);
}

TEST_F(Md5sigPoolTest, EachCpuHasItsOwnRequestAndScratch) {
  auto socket = pool_->open(*md5_, {}, 60).value();
  std::array<Request*, possible_cpus> requests;
  std::array<std::uint8_t*, possible_cpus> scratch;
  for (unsigned cpu = 0; cpu < possible_cpus; ++cpu) {
    Md5sigPool::Operation op;
    ASSERT_EQ(pool_->start(cpu, socket, skb, op), Errno::ok);
    EXPECT_TRUE(in_softirq());
    requests[cpu] = &op.request();
    scratch[cpu] = op.scratch();
    EXPECT_EQ(op.request().transform_context, requests[0]->transform_context);
    pool_->end(cpu, op);
    EXPECT_FALSE(in_softirq());
    for (unsigned other = 0; other < cpu; ++other) {
      EXPECT_NE(requests[cpu], requests[other]);
      EXPECT_NE(scratch[cpu], scratch[other]);
    }
  }
  pool_->close(socket);
}

// The kernel's code kept what it had allocated and tried again. Here it is freed before the next
// try.
TEST_F(Md5sigPoolTest, AFailedFirstOpenLeavesNothingAndTheNextOneBuilds) {
  const Live made = Live::now();
  for (std::uint64_t k = 1;; ++k) {
    const WithFaults faults({.kth = k, .also_kernel = true});
    const auto socket = pool_->open(*md5_, {}, 60);
    if (socket) {
      EXPECT_EQ(k, 3U + possible_cpus) << "transform, requests, a scratch for each CPU";
      break;
    }
    EXPECT_EQ(socket.error(), Errno::enomem);
    EXPECT_EQ(Live::now(), made);
  }
}

}  // namespace
}  // namespace tfm::test
