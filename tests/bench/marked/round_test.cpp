// SPDX-License-Identifier: MIT
// What a marked round says, and that marks change nothing in a packet.
#include "bench/marked/round.hpp"

#include <set>
#include <stdexcept>

#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

Block twenty_sockets() {
  Block block = small_block();
  block.sockets = 20;
  return block;
}

std::string error_of(const RoundRequest& request) {
  try {
    run_marked_round(request);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return {};
}

class Marked : public OnCpu {};

TEST_F(Marked, SaysTwoTurnsOfEachStrategyInOrder) {
  std::string expected;
  for (const char* strategy : {"percpu_pool", "null", "per_socket_tfm"}) {
    for (const char* cache : {"flushed", "warm"}) {
      expected += std::string("@@{\"turn\":{\"name\":\"") + strategy +
                  "\",\"bytes\":64,\"cache\":\"" + cache + "\",\"packets\":20}}\n";
    }
  }
  EXPECT_EQ(
      run_marked_round(request_of(twenty_sockets(), {"percpu_pool", "null", "per_socket_tfm"})),
      expected);
}

TEST_F(Marked, NeedsOneCpu) {
  Block block = twenty_sockets();
  block.cpus = 2;
  EXPECT_EQ(error_of(request_of(block, {"percpu_pool"})), "a marked round runs on one CPU");
}

TEST_F(Marked, NamesTheStrategyThatCannotOpen) {
  EXPECT_EQ(error_of(request_of(twenty_sockets(), {"percpu_pool", "md5sig_pool"})),
            "md5sig_pool cannot open its sockets: eopnotsupp");
}

TEST_F(Marked, APacketIsSentAsWithoutMarks) {
  const auto workload = make_workload(twenty_sockets(), 1, 128);
  OneOfEach marked = workload->one_of_each(7), plain = workload->one_of_each(7);
  const auto built = bytes_of(marked.packets);
  const auto cell = opened(*workload, "per_socket_tfm");
  Tally tally;
  cell->send_marked(marked.packets.skbs(), tally);
  EXPECT_EQ(tally.packets, 20);
  EXPECT_EQ(tally.sent, 20);
  for (const Skb& skb : plain.packets.skbs()) cell->handle(0, skb, tally);
  EXPECT_EQ(bytes_of(marked.packets), bytes_of(plain.packets));
  EXPECT_NE(bytes_of(marked.packets), built) << "no MAC was stored";
}

TEST_F(Marked, APacketOfEachSocketInAnOrderOfTheSeed) {
  const auto workload = make_workload(twenty_sockets(), 1, 128);
  const OneOfEach each = workload->one_of_each(7);
  EXPECT_EQ(each.payload_bytes, 64);
  std::vector<std::uint32_t> order;
  for (const Skb& skb : each.packets.skbs()) {
    EXPECT_EQ(skb.direction, Direction::tx);
    order.push_back(skb.socket);
  }
  EXPECT_EQ(std::set(order.begin(), order.end()).size(), 20);
  EXPECT_EQ(order.size(), 20);
  EXPECT_FALSE(std::ranges::is_sorted(order));
  EXPECT_EQ(bytes_of(workload->one_of_each(7).packets), bytes_of(each.packets));
  EXPECT_NE(bytes_of(workload->one_of_each(8).packets), bytes_of(each.packets));
}

}  // namespace
}  // namespace tfm::bench::test
