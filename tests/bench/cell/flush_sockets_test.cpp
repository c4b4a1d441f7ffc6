// SPDX-License-Identifier: MIT
// What a cell flushes before a poll: the sockets of that poll's packets, with all their blocks.
#include "tests/bench/spoiled.hpp"

namespace tfm::bench::test {
namespace {

bool same(Bytes one, Bytes other) {
  return one.data() == other.data() && one.size() == other.size();
}

class FlushSockets : public OnCpu {
 protected:
  FlushSockets() { Spoiled::named.clear(); }

  /// That the strategy was asked for each of the poll's sockets, in order, and that these blocks
  /// were flushed and no others.
  void expect_flushed(const Flushed& flushed, const Skb* poll) {
    ASSERT_EQ(Spoiled::named.size(), poll_packets);
    std::vector<Bytes> expected;
    for (unsigned k = 0; k < poll_packets; ++k) {
      const Spoiled::Socket& socket = *Spoiled::named[k];
      EXPECT_EQ(&socket - Spoiled::named[0],
                std::int64_t{poll[k].socket} - std::int64_t{poll[0].socket});
      expected.push_back(memory_of(workload_.connection(poll[k].socket)));
      expected.push_back(memory_of(socket));
      for (const Direction d : {Direction::tx, Direction::rx}) {
        expected.push_back(socket.transforms.of(d).block());
      }
    }
    expect_blocks(flushed, expected);
    Spoiled::named.clear();
  }

  static void expect_blocks(const Flushed& flushed, const std::vector<Bytes>& expected) {
    EXPECT_TRUE(std::ranges::equal(flushed.blocks, expected, same));
    EXPECT_EQ(flushed.lines, flush_cache_lines(expected));
  }

  TypedWorkload<TcpAo> workload_{small_block()};
  std::unique_ptr<Cell> cell_ = spoiled_cell(workload_, std::make_unique<Spoiled>());
};

TEST_F(FlushSockets, AreThoseOfTheNextPoll) {
  ASSERT_EQ(cell_->open(), Errno::ok);
  Tally tally;
  for (unsigned i = 0; i < 3; ++i) {
    expect_flushed(cell_->flush_sockets(0), cell_->poll(0, i));
    cell_->run(0, 1, tally);
  }
  cell_->seek(0, 7);
  expect_flushed(cell_->flush_sockets(0), cell_->poll(0, 7));
  expect_balanced(tally);
  EXPECT_EQ(tally.drops, 0U) << "no byte was lost";
}

TEST_F(FlushSockets, AreThoseOfTheDirectionThatIsTaken) {
  ASSERT_EQ(cell_->open(), Errno::ok);
  ASSERT_EQ(cell_->poll(0, 1)->direction, Direction::rx);
  cell_->set_direction(Direction::rx);
  expect_flushed(cell_->flush_sockets(0), cell_->poll(0, 1));
  Tally tally;
  cell_->run(0, 1, tally);
  EXPECT_EQ(tally.sent, 0U);
  expect_flushed(cell_->flush_sockets(0), cell_->poll(0, 3));
}

TEST_F(FlushSockets, AreThoseOfTheCpusOwnPoll) {
  Block block = small_block();
  block.cpus = 2;
  const TypedWorkload<TcpAo> of_two(block);
  const auto cell = spoiled_cell(of_two, std::make_unique<Spoiled>());
  ASSERT_EQ(cell->open(), Errno::ok);
  for (const unsigned cpu : {1U, 0U}) {
    const Flushed flushed = cell->flush_sockets(cpu);
    ASSERT_EQ(flushed.blocks.size(), 4 * poll_packets);
    for (std::size_t k = 0; k < poll_packets; ++k) {
      const auto& connection = of_two.connection(cell->poll(cpu, 0)[k].socket);
      EXPECT_TRUE(same(flushed.blocks[4 * k], memory_of(connection))) << cpu << ", packet " << k;
    }
  }
}

TEST_F(FlushSockets, OnlyTheConnectionIfTheSocketIsNotOpen) {
  std::vector<Bytes> expected;
  for (unsigned k = 0; k < poll_packets; ++k) {
    expected.push_back(memory_of(workload_.connection(cell_->poll(0, 0)[k].socket)));
  }
  expect_blocks(cell_->flush_sockets(0), expected);
  EXPECT_TRUE(Spoiled::named.empty());
}

TEST_F(FlushSockets, TheReplayStateIsTheSockets) {
  const TypedWorkload<Esp> workload(block_of<Esp>());
  ReplayMemory<Esp> memory(workload);
  std::vector<Bytes> blocks;
  const Skb packet{nullptr, 3, 0, Direction::rx, false};
  memory.add_block(packet.socket, blocks);
  ASSERT_EQ(blocks.size(), 1U);
  const Bytes state = memory_of(memory.of(packet, 1));
  EXPECT_GE(state.data(), blocks[0].data());
  EXPECT_LE(state.data() + state.size(), blocks[0].data() + blocks[0].size());

  ReplayMemory<TcpAo> nothing(workload_);
  nothing.add_block(packet.socket, blocks);
  EXPECT_EQ(blocks.size(), 1U);
}

TEST_F(FlushSockets, WithTheReplayStateOfEachSocket) {
  const TypedWorkload<Esp> workload(block_of<Esp>());
  CellOf<Spoiled, Esp> cell(workload, std::make_unique<Spoiled>());
  ASSERT_EQ(cell.open(), Errno::ok);
  const Skb* const poll = cell.poll(0, 0);
  const std::span<const Bytes> blocks = cell.flush_sockets(0).blocks;
  ASSERT_EQ(blocks.size(), 5 * poll_packets) << "connection, state, socket and two transforms";
  const Bytes first = blocks[1];
  for (std::size_t k = 0; k < poll_packets; ++k) {
    const auto sockets_on = std::int64_t{poll[k].socket} - std::int64_t{poll[0].socket};
    EXPECT_EQ(blocks[5 * k + 1].size(), first.size());
    EXPECT_EQ(blocks[5 * k + 1].data() - first.data(),
              sockets_on * static_cast<std::int64_t>(first.size()));
  }
}

// Every strategy on its protocols, and packets that come right after.
TEST_F(FlushSockets, SpoilsNoPacketOfAnyStrategy) {
  for (const Block& block : {small_block(), block_of<Esp>(), block_of<Mac80211>()}) {
    const auto workload = make_workload(block, 1);
    for (const Registered& s : strategies_for(block)) {
      SCOPED_TRACE(s.name);
      const auto cell = opened(*workload, s.name);
      Tally tally;
      for (unsigned i = 0; i < all_polls(*workload); ++i) {
        EXPECT_GE(cell->flush_sockets(0).lines, 2 * poll_packets) << "socket and connection";
        cell->run(0, 1, tally);
      }
      expect_balanced(tally);
      EXPECT_EQ(tally.drops, 0U);
    }
  }
}

}  // namespace
}  // namespace tfm::bench::test
