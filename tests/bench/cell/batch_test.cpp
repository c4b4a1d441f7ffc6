// SPDX-License-Identifier: MIT
// Polls whose packets are in flight at once: they fail closed, replays within a poll are detected,
// and a cell checks its batches before it is timed.
#include "bench/cell/batch.hpp"

#include "bench/cell/draw_workload.hpp"
#include "tests/bench/support.hpp"

namespace tfm::bench {
namespace test {
namespace {

constexpr std::uint8_t poison = 0xa5;

/// tcp_ao, but a receiver accepts each sequence number once, and no lower one.
class Counting : public TcpAo {
 public:
  static constexpr std::string_view name = "counting";
  using TcpAo::TcpAo;
  struct State {
    std::uint32_t next = 0;
    bool any = false;
  };
  static bool replay_check(const State& s, Found f) noexcept {
    return !s.any || static_cast<std::int32_t>(f.segment.sequence() - s.next) >= 0;
  }
  static void replay_advance(State& s, Found f) noexcept { s = {f.segment.sequence() + 1, true}; }

  inline static bool needed = true;
  static bool needs_operation(const Found&, Direction) noexcept { return needed; }
  MutableBytes output_done(const Connection& connection, const Skb& skb, Found found,
                           const Computed& computed) const noexcept {
    return needed ? TcpAo::output_done(connection, skb, found, computed) : skb.bytes();
  }
  bool input_done(const Connection& connection, const Skb& skb, Found found,
                  const Computed& computed) const noexcept {
    return !needed || TcpAo::input_done(connection, skb, found, computed);
  }
};
static_assert(Protocol<Counting>);

}  // namespace
}  // namespace test

template <>
Result<std::unique_ptr<Cell>> WorkloadOf<test::Counting>::cell(std::string_view) const {
  return error(Errno::enoent);  // not registered: the tests make batches directly
}

namespace test {
namespace {

class BatchTest : public ::testing::Test {
 protected:
  using Verdicts = std::vector<Outcome>;
  using Digest = std::vector<std::uint8_t>;

  /// Runs the first `count` packets of a poll as one batch.
  Verdicts run(const Skb* poll, unsigned count, std::vector<Counting::State>& states) {
    for (unsigned i = 0; i < count; ++i) {
      batch_->begin(*s_, 0, sockets_[poll[i].socket], workload_.protocol(),
                    workload_.connection(poll[i].socket), states[poll[i].socket], poll[i]);
    }
    Verdicts verdicts;
    batch_->end(
        *s_, 0, workload_.protocol(), [&](const Skb& skb) -> auto& { return states[skb.socket]; },
        [&](const Skb& skb, Outcome v, MutableBytes sent) {
          const bool goes_out = skb.direction == Direction::tx && v == Outcome::passed;
          EXPECT_EQ(sent.data(), goes_out ? skb.data : nullptr);
          verdicts.push_back(v);
        });
    return verdicts;
  }
  Verdicts run(const Skb* poll, unsigned count = poll_packets) {
    std::vector<Counting::State> states(workload_.sockets());
    return run(poll, count, states);
  }

  BatchTest() {
    for (std::uint32_t i = 0; i < workload_.sockets(); ++i) {
      sockets_.push_back(
          s_->open(workload_.algorithm(), as_keys<Counting>(workload_.keys(i).value()), 60).value());
    }
  }
  ~BatchTest() override {
    for (auto& socket : sockets_) s_->close(socket);
  }

  static Block genuine() {
    Block block = small_block("tcp_ao/imix", "cmac(aes128)");
    block.forged_percent = 0;
    return block;
  }

  /// Overwrites the MACs of a TX poll, and returns the old ones.
  std::vector<Digest> poisoned(const Skb* poll) {
    std::vector<Digest> macs;
    for (unsigned i = 0; i < poll_packets; ++i) {
      const MutableBytes mac = mac_of(poll[i]);
      macs.emplace_back(mac.begin(), mac.end());
      std::ranges::fill(mac, poison);
    }
    return macs;
  }
  MutableBytes mac_of(const Skb& skb) {
    return workload_.protocol().find(workload_.connection(skb.socket), skb).mac();
  }

  TypedWorkload<Counting> workload_{genuine()};
  std::unique_ptr<Multibuffer> s_ = Multibuffer::create({.possible_cpus = 1}).value();
  std::vector<Multibuffer::Socket> sockets_;
  std::unique_ptr<Batch<Multibuffer, Counting>> batch_ =
      std::make_unique<Batch<Multibuffer, Counting>>();
  RcuThread rcu_;
};

TEST_F(BatchTest, EverySizeOfBatchSendsTheReferencesBytes) {
  const Skb* poll = workload_.trace(0).poll(0);
  ASSERT_EQ(poll->direction, Direction::tx);
  for (unsigned count = 0; count <= poll_packets; ++count) {
    const auto expected = poisoned(poll);
    EXPECT_EQ(run(poll, count), Verdicts(count, Outcome::passed));
    for (unsigned i = 0; i < poll_packets; ++i) {
      const MutableBytes mac = mac_of(poll[i]);
      EXPECT_EQ(Digest(mac.begin(), mac.end()),
                i < count ? expected[i] : Digest(mac.size(), poison));
      std::ranges::copy(expected[i], mac.begin());
    }
  }
}

TEST_F(BatchTest, OnlyTheForgedPacketIsRefusedAtAnyPosition) {
  const Skb* poll = workload_.trace(0).poll(1);
  ASSERT_EQ(poll->direction, Direction::rx);
  for (unsigned bad = 0; bad < poll_packets; bad += 9) {
    poll[bad].data[poll[bad].length - 1] ^= 1;
    Verdicts expected(poll_packets, Outcome::passed);
    expected[bad] = Outcome::refused;
    EXPECT_EQ(run(poll), expected);
    poll[bad].data[poll[bad].length - 1] ^= 1;
  }
}

TEST_F(BatchTest, ADuplicateIsAcceptedOnce) {
  const Skb* poll = workload_.trace(0).poll(1);
  const Skb twice[] = {poll[0], poll[0], poll[1], poll[0]};
  std::vector<Counting::State> states(workload_.sockets());
  const Verdicts first = run(twice, 4, states);
  EXPECT_EQ(first,
            (Verdicts{Outcome::passed, Outcome::replayed, Outcome::passed, Outcome::replayed}));
  EXPECT_EQ(run(twice, 1, states), Verdicts{Outcome::replayed});
}

// After a forged packet, the genuine one must not be taken for a replay.
TEST_F(BatchTest, ARefusedPacketIsNotRemembered) {
  const Skb genuine = workload_.trace(0).poll(1)[0];
  std::vector<std::uint8_t> copy(genuine.bytes().begin(), genuine.bytes().end());
  Skb forged = genuine;
  forged.data = copy.data();
  mac_of(forged)[0] ^= 1;
  const Skb both[] = {forged, genuine};
  EXPECT_EQ(run(both, 2), (Verdicts{Outcome::refused, Outcome::passed}));
}

TEST_F(BatchTest, WithoutAKeyNothingIsSentAndNothingAccepted) {
  const std::uint8_t wrong[5] = {};
  for (auto& socket : sockets_) {
    EXPECT_EQ(s_->rekey(socket, {wrong, wrong}), Errno::ekeyrejected);
  }
  const Skb* tx = workload_.trace(0).poll(0);
  poisoned(tx);
  EXPECT_EQ(run(tx), Verdicts(poll_packets, Outcome::failed));
  for (unsigned i = 0; i < poll_packets; ++i) {
    const MutableBytes mac = mac_of(tx[i]);
    EXPECT_EQ(Digest(mac.begin(), mac.end()), Digest(mac.size(), poison));
  }
  EXPECT_EQ(run(workload_.trace(0).poll(1)), Verdicts(poll_packets, Outcome::failed));
}

TEST_F(BatchTest, BeginReportsPacketsThatCannotPass) {
  const Skb* poll = workload_.trace(0).poll(1);
  std::vector<Counting::State> states(workload_.sockets());
  const auto begin = [&](const Skb& skb) {
    return batch_->begin(*s_, 0, sockets_[skb.socket], workload_.protocol(),
                         workload_.connection(skb.socket), states[skb.socket], skb);
  };
  const auto end = [&] {
    batch_->end(
        *s_, 0, workload_.protocol(), [&](const Skb& skb) -> auto& { return states[skb.socket]; },
        [](const Skb&, Outcome, MutableBytes) {});
  };
  Skb cut = poll[0];
  cut.length = 10;
  EXPECT_FALSE(begin(cut)) << "malformed";
  EXPECT_TRUE(begin(poll[0]));
  end();
  EXPECT_FALSE(begin(poll[0])) << "a replay";
  const std::uint8_t wrong[5] = {};
  ASSERT_EQ(s_->rekey(sockets_[poll[1].socket], {wrong, wrong}), Errno::ekeyrejected);
  EXPECT_FALSE(begin(poll[1])) << "without a key";
  end();
}

// Without a key any operation would fail.
TEST_F(BatchTest, APacketThatNeedsNoOperationStartsNone) {
  const std::uint8_t wrong[5] = {};
  for (auto& socket : sockets_) {
    EXPECT_EQ(s_->rekey(socket, {wrong, wrong}), Errno::ekeyrejected);
  }
  std::vector<Counting::State> states(workload_.sockets());
  Counting::needed = false;
  const Verdicts sent = run(workload_.trace(0).poll(0));
  const Verdicts received = run(workload_.trace(0).poll(1), poll_packets, states);
  const Verdicts again = run(workload_.trace(0).poll(1), poll_packets, states);
  Counting::needed = true;
  EXPECT_EQ(sent, Verdicts(poll_packets, Outcome::passed));
  EXPECT_EQ(received, Verdicts(poll_packets, Outcome::passed));
  EXPECT_EQ(again, Verdicts(poll_packets, Outcome::replayed));
}

TEST_F(BatchTest, APacketWithoutALaneIsDropped) {
  const Skb* poll = workload_.trace(0).poll(0);
  const auto expected = poisoned(poll);
  Multibuffer::Operation others;
  ASSERT_EQ(s_->start(0, sockets_[0], poll[0], others), Errno::ok);
  Verdicts verdicts(poll_packets, Outcome::passed);
  verdicts.back() = Outcome::failed;
  EXPECT_EQ(run(poll), verdicts);
  const MutableBytes dropped = mac_of(poll[poll_packets - 1]);
  EXPECT_EQ(Digest(dropped.begin(), dropped.end()), Digest(dropped.size(), poison));
  s_->end(0, others);
  EXPECT_FALSE(in_softirq());
}

/// multibuffer, but a flush ends nothing while more than one operation is in flight.
class Forgetful : public Multibuffer {
 public:
  static constexpr std::string_view name = "forgetful";
  using Multibuffer::end;
  using Multibuffer::Multibuffer;
  static Result<std::unique_ptr<Forgetful>> create(const StrategyOptions& options) {
    return std::make_unique<Forgetful>(
        std::move(PercpuJobLanes::create(options.possible_cpus).value()));
  }
  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    ++begun_;
    return Multibuffer::start(cpu, socket, skb, op);
  }
  void flush(unsigned cpu) noexcept {
    if (begun_ == 1) Multibuffer::flush(cpu);
  }
  void end(unsigned cpu, Operation& op) noexcept {
    --begun_;
    Multibuffer::end(cpu, op);
  }

 private:
  unsigned begun_ = 0;
};
static_assert(BatchedStrategy<Forgetful>);

TEST(BatchedCell, CheckFindsWrongBatches) {
  const RcuThread rcu;
  const Block block = small_block();
  const TypedWorkload<TcpAo> workload(block);
  const auto before = bytes_of(workload.trace(0));
  CellOf<Forgetful, TcpAo> wrong(workload, Forgetful::create({.possible_cpus = 2}).value());
  ASSERT_EQ(wrong.open(), Errno::ok);
  EXPECT_EQ(wrong.check(SIZE_MAX), "poll 0 on CPU 0 differs from its packets handled one by one");
  EXPECT_EQ(bytes_of(workload.trace(0)), before);
  const auto right = opened(workload, "multibuffer");
  EXPECT_EQ(right->check(SIZE_MAX), "");
  EXPECT_EQ(bytes_of(workload.trace(0)), before);
}

/// multibuffer, but every fifth operation fails, and the error shows only when it has ended.
class FailsLate : public Multibuffer {
 public:
  static constexpr std::string_view name = "fails_late";
  using Multibuffer::Multibuffer;
  static Result<std::unique_ptr<FailsLate>> create(const StrategyOptions& options) {
    return std::make_unique<FailsLate>(
        std::move(PercpuJobLanes::create(options.possible_cpus).value()));
  }
  class Operation : public Multibuffer::Operation {
   public:
    Errno status() const noexcept {
      return fails_ ? Errno::eproto : Multibuffer::Operation::status();
    }

   private:
    friend class FailsLate;
    bool fails_;
  };
  Errno start(unsigned cpu, Socket& socket, const Skb& skb, Operation& op) noexcept {
    op.fails_ = ++begun_ % 5 == 0;
    return Multibuffer::start(cpu, socket, skb, op);
  }

 private:
  unsigned begun_ = 0;
};
static_assert(BatchedStrategy<FailsLate>);

TEST(BatchedCell, AReplayOfAPacketThatFailedLateIsRefused) {
  const RcuThread rcu;
  Block block = small_block("ah/fixed_64");
  block.sockets = 2;  // originals and replays meet in a poll
  block.forged_percent = 40;
  const TypedWorkload<Ah> workload(block);
  CellOf<FailsLate, Ah> cell(workload, FailsLate::create({.possible_cpus = 2}).value());
  ASSERT_EQ(cell.open(), Errno::ok);
  Tally tally;
  cell.run(0, all_polls(workload), tally);
  EXPECT_GT(tally.drops, tally.packets / 8);
  EXPECT_GT(tally.replays_refused, 0U);
  expect_balanced(tally);
}

TEST(BatchedCell, CountsEveryPacketOfAPollOnce) {
  const RcuThread rcu;
  for (const char* sizes : {"tcp_ao/imix", "tcp_ao/fixed_1400"}) {
    const TypedWorkload<TcpAo> workload(small_block(sizes));
    const auto batched = opened(workload, "multibuffer");
    const auto one_by_one = opened(workload, "onstack_prepared");
    Tally ours, theirs;
    batched->run(0, all_polls(workload), ours);
    one_by_one->run(0, all_polls(workload), theirs);
    expect_balanced(ours);
    EXPECT_EQ(ours.packets, theirs.packets);
    EXPECT_EQ(ours.sent, theirs.sent);
    EXPECT_EQ(ours.accepted, theirs.accepted);
    EXPECT_EQ(ours.forged_refused, theirs.forged_refused);
    EXPECT_EQ(ours.forged, theirs.forged);
    EXPECT_GT(ours.forged, 0U);
  }
}

}  // namespace
}  // namespace test
}  // namespace tfm::bench
