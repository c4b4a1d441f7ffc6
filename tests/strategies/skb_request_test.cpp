// SPDX-License-Identifier: MIT
// Where the request lies: in the headroom, next to the packet. It is allocated if the headroom is
// too small.
#include "strategies/skb_request.hpp"

#include "tests/strategies/support.hpp"

namespace tfm::test {
namespace {

constexpr std::size_t scratch_bytes = 60;

class SkbRequestTest : public ::testing::Test {
 protected:
  void SetUp() override {
    strategy_ = create<SkbRequest>({.possible_cpus = 1}).value();
    socket_ = strategy_->open(*sha1_, KeyPair(*sha1_, 1).keys(), scratch_bytes).value();
    opened_ = Live::now();
  }
  void TearDown() override {
    strategy_->close(socket_);
    strategy_.reset();
    EXPECT_EQ(Live::now(), before_);
  }

  /// Bytes allocated for requests while one request is in use.
  std::uint64_t allocated_for(const Skb& skb) {
    SkbRequest::Operation op;
    EXPECT_EQ(strategy_->start(0, socket_, skb, op), Errno::ok);
    std::fill_n(op.scratch(), scratch_bytes, std::uint8_t{0xff});
    const std::uint64_t bytes = Live::now().bytes(Owner::request) - opened_.bytes(Owner::request);
    strategy_->end(0, op);
    EXPECT_EQ(Live::now(), opened_);
    return bytes;
  }

  const Algorithm* const sha1_ = find_algorithm("hmac(sha1)", "nettle");
  const std::size_t need_ = Request::bytes(*sha1_) + scratch_bytes;
  const std::size_t lines_ = SkbRequest::skb_headroom_bytes(*sha1_, scratch_bytes) / 64;
  const Live before_ = Live::now();
  Live opened_;
  std::unique_ptr<SkbRequest> strategy_;
  SkbRequest::Socket socket_;
};

/// `lines` of headroom in a RoomySkb's memory.
Skb with_headroom(const Skb& roomy, std::size_t lines) {
  return {roomy.data, 0, 0, roomy.direction, false, static_cast<std::uint8_t>(lines)};
}

TEST_F(SkbRequestTest, LiesInTheHeadroomNextToThePacket) {
  RoomySkb roomy(Direction::rx);
  std::fill(roomy.headroom().begin(), roomy.headroom().end(), std::uint8_t{0xee});
  const Skb skb = with_headroom(roomy, lines_);
  EXPECT_EQ(allocated_for(skb), 0U);
  const MutableBytes beyond = roomy.headroom().first(roomy.headroom().size() - 64 * lines_);
  EXPECT_EQ(std::count(beyond.begin(), beyond.end(), 0xee), std::ssize(beyond))
      << "it wrote in front of its headroom";
  SkbRequest::Operation op;
  ASSERT_EQ(strategy_->start(0, socket_, skb, op), Errno::ok);
  EXPECT_EQ(reinterpret_cast<std::uint8_t*>(&op.request()), skb.data - 64 * lines_);
  EXPECT_LE(op.scratch() + scratch_bytes, skb.data);
  strategy_->end(0, op);
}

TEST_F(SkbRequestTest, IsAllocatedIfTheHeadroomIsTooSmall) {
  const RoomySkb roomy(Direction::rx);
  EXPECT_EQ(allocated_for(with_headroom(roomy, lines_ - 1)), need_);
  EXPECT_EQ(allocated_for(with_headroom(roomy, 0)), need_);
}

TEST_F(SkbRequestTest, ARefusedAllocationIsAnErrorAndHeadroomTakesNoAllocation) {
  const RoomySkb roomy(Direction::tx);
  const WithFaults faults({.kth = 1, .sticky = true});
  SkbRequest::Operation op;
  EXPECT_EQ(strategy_->start(0, socket_, with_headroom(roomy, 0), op), Errno::enomem);
  EXPECT_EQ(allocated_for(with_headroom(roomy, lines_)), 0U);
}

TEST_F(SkbRequestTest, AsksForWholeCacheLinesUpToTheMostOfAnSkb) {
  EXPECT_EQ(lines_, (need_ + 63) / 64);
  EXPECT_EQ(SkbRequest::skb_headroom_bytes(*sha1_, 65400), 0U);
  EXPECT_EQ(Skb::headroom_for(63 * 64), 63U * 64);
  EXPECT_EQ(Skb::headroom_for(63 * 64 + 1), 0U);
}

}  // namespace
}  // namespace tfm::test
