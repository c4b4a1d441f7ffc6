// SPDX-License-Identifier: MIT
// What a marked round says, and that marks change nothing in a packet.
#include "bench/marked/round.hpp"

#include <set>
#include <span>
#include <stdexcept>

#include "bench/cell/marked_cell.hpp"
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
            "md5sig_pool cannot open its sockets: EOPNOTSUPP");
}

TEST_F(Marked, GivesLibraryStrategiesTheLibrarysForm) {
  Block block = twenty_sockets();
  const auto api_for = [&](const char* strategy) {
    const auto workload = make_marked_workload(block, strategy, 1, 128);
    return dynamic_cast<const WorkloadOf<TcpAo>&>(*workload).kind(0).algorithm->api;
  };
  block.api = "ahash";
  EXPECT_EQ(api_for("percpu_pool"), Api::ahash);
  EXPECT_EQ(api_for("onstack"), Api::flat);
  block.api = "ahash_library";
  EXPECT_EQ(api_for("percpu_pool"), Api::ahash_library);
  EXPECT_EQ(api_for("onstack"), Api::library);
}

/// The packets' bytes.
std::vector<std::vector<std::uint8_t>> bytes_of(std::span<const Skb> packets) {
  std::vector<std::vector<std::uint8_t>> all;
  for (const Skb& skb : packets) all.emplace_back(skb.data, skb.data + skb.length);
  return all;
}

TEST_F(Marked, APacketIsSentAsWithoutMarks) {
  const Block block = twenty_sockets();
  const auto workload = make_workload(block, 1, 128);
  const auto of_marked = make_marked_workload(block, "per_socket_tfm", 1, 128);
  const auto marked = make_marked_cell(*of_marked, block, "per_socket_tfm", 7);
  const auto same = make_marked_cell(*of_marked, block, "per_socket_tfm", 7);
  const auto built = bytes_of(marked->packets());
  ASSERT_EQ(marked->open(), Errno::ok);
  Tally tally;
  marked->send(tally);
  EXPECT_EQ(tally.packets, 20);
  EXPECT_EQ(tally.sent, 20);
  const auto plain = opened(*workload, "per_socket_tfm");
  for (const Skb& skb : same->packets()) plain->handle(0, skb, tally);
  EXPECT_EQ(bytes_of(marked->packets()), bytes_of(same->packets()));
  EXPECT_NE(bytes_of(marked->packets()), built) << "no MAC was stored";
}

TEST_F(Marked, HasAPacketOfEachSocketInAnOrderOfTheSeed) {
  const auto workload = make_workload(twenty_sockets(), 1, 128);
  const auto cell = make_marked_cell(*workload, twenty_sockets(), "percpu_pool", 7);
  EXPECT_EQ(cell->payload_bytes(), 64);
  std::vector<std::uint32_t> order;
  for (const Skb& skb : cell->packets()) {
    EXPECT_EQ(skb.direction, Direction::tx);
    order.push_back(skb.socket);
  }
  EXPECT_EQ(std::set(order.begin(), order.end()).size(), 20);
  EXPECT_EQ(order.size(), 20);
  EXPECT_FALSE(std::ranges::is_sorted(order));
  const auto with = [&](std::uint64_t seed) {
    return bytes_of(make_marked_cell(*workload, twenty_sockets(), "percpu_pool", seed)->packets());
  };
  EXPECT_EQ(with(7), bytes_of(cell->packets()));
  EXPECT_NE(with(8), with(7));
}

TEST_F(Marked, IsNotMadeOfAnUnknownStrategyOrOneThatWorksInBatches) {
  const auto workload = make_workload(twenty_sockets(), 1, 128);
  EXPECT_THROW(make_marked_cell(*workload, twenty_sockets(), "multibuffer", 7), std::runtime_error);
  EXPECT_THROW(make_marked_cell(*workload, twenty_sockets(), "percpu_pol", 7), std::runtime_error);
}

}  // namespace
}  // namespace tfm::bench::test
