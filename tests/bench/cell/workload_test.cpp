// SPDX-License-Identifier: MIT
// What is drawn for a block, and that the seed decides all of it.
#include <map>
#include <set>

#include "tests/bench/support.hpp"

namespace tfm::bench::test {
namespace {

using tfm::test::AllProtocols;
using tfm::test::ProtocolName;

template <class P>
class WorkloadTest : public ::testing::Test {
 protected:
  static Block block() { return block_of<P>("imix"); }
};
TYPED_TEST_SUITE(WorkloadTest, AllProtocols, ProtocolName);

TYPED_TEST(WorkloadTest, ATraceHasTwiceAsManyPacketsAsSocketsAndWholePairsOfPolls) {
  for (const std::uint32_t sockets : {1U, 3U, 2048U, 5000U}) {
    for (const unsigned cpus : {1U, 3U}) {
      if (cpus > sockets) continue;
      Block block = this->block();
      block.sockets = sockets;
      block.cpus = cpus;
      block.possible_cpus = 4;
      const TypedWorkload<TypeParam> workload(block);
      ASSERT_EQ(workload.cpus(), cpus);
      std::size_t packets = 0;
      for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        const std::size_t here = workload.trace(cpu).skbs().size();
        EXPECT_EQ(here % (2 * poll_packets), 0U);
        EXPECT_GE(here, std::size_t{64} * poll_packets);
        EXPECT_EQ(workload.polls(cpu) * poll_packets, here);
        packets += here;
      }
      EXPECT_GE(packets, 2 * sockets);
    }
  }
}

TEST(Workload, MostPacketsLimitsTheTrace) {
  Block block = small_block();
  block.sockets = 5000;
  block.cpus = 2;
  const auto polls = [&](std::size_t most_packets) {
    const auto workload = make_workload(block, 1, most_packets);
    EXPECT_EQ(workload->polls(0), workload->polls(1));
    return workload->polls(0);
  };
  EXPECT_EQ(polls(4096), 64U);
  EXPECT_EQ(polls(65536), 80U) << "twice 2,500 packets, rounded up to pairs of polls";
}

TYPED_TEST(WorkloadTest, EachSocketIsInTheTraceOfItsCpuOnly) {
  for (const char* choice : {"uniform", "zipf"}) {
    Block block = this->block();
    block.sockets = 100;
    block.cpus = 3;
    block.possible_cpus = 3;
    block.choice = choice;
    const TypedWorkload<TypeParam> workload(block);
    std::set<std::uint32_t> seen;
    for (unsigned cpu = 0; cpu < block.cpus; ++cpu) {
      for (const Skb& skb : workload.trace(cpu).skbs()) {
        ASSERT_LT(skb.socket, block.sockets);
        ASSERT_EQ(skb.socket % block.cpus, cpu);
        seen.insert(skb.socket);
      }
    }
    EXPECT_EQ(seen.size(), block.sockets);
  }
}

TYPED_TEST(WorkloadTest, ZipfIsTakenFromTheBlock) {
  Block block = this->block();
  block.sockets = 1000;
  const auto busiest = [&](const char* choice) {
    block.choice = choice;
    const TypedWorkload<TypeParam> workload(block);
    std::map<std::uint32_t, unsigned> count;
    unsigned most = 0;
    for (const Skb& skb : workload.trace(0).skbs()) most = std::max(most, ++count[skb.socket]);
    return most;
  };
  EXPECT_LT(busiest("uniform"), 25U);  // 4 expected of 4,096
  EXPECT_GT(busiest("zipf"), 400U);    // 547 expected
}

// Every provider accepts the RX packets. TX packets that are protected in place already have the
// bytes that every provider computes.
TYPED_TEST(WorkloadTest, EveryProviderAgreesOnGenuinePackets) {
  const Block block = this->block();
  const TypedWorkload<TypeParam> workload(block);
  const TypeParam& protocol = workload.protocol();
  std::vector<std::uint8_t> scratch(protocol.scratch_bytes());
  const OutputBuffer output;
  for (const Algorithm* a : algorithms()) {
    if (a->name != block.algorithm) continue;
    SCOPED_TRACE(a->provider);
    const std::vector<std::uint8_t> no_key(a->key_bytes);
    auto request = KeyedRequest::create(*a, no_key).value();
    for (const Skb& skb : workload.trace(0).skbs()) {
      if (skb.forged) continue;
      const auto& connection = workload.connection(skb.socket);
      const TrafficKeys keys = protocol.keys(connection).value();
      const auto& key = skb.direction == Direction::tx ? keys.tx : keys.rx;
      if (a->keyed) {
        ASSERT_EQ(request.rekey({key.data(), keys.bytes}), Errno::ok);
      }
      std::vector<std::uint8_t> packet(skb.bytes().begin(), skb.bytes().end());
      Skb copy = skb;
      copy.data = packet.data();
      const auto found = protocol.find(connection, copy);
      ASSERT_TRUE(found);
      Computed computed;
      computed.output = output;
      if (skb.direction == Direction::rx) {
        ASSERT_EQ(protocol.input(*request, scratch.data(), connection, copy, found, computed),
                  Errno::ok);
        ASSERT_TRUE(protocol.input_done(connection, copy, found, computed));
        ASSERT_TRUE(std::equal(packet.begin(), packet.end(), skb.data)) << "written to";
        continue;
      }
      ASSERT_EQ(protocol.output(*request, scratch.data(), connection, copy, found, computed),
                Errno::ok);
      const MutableBytes sent = protocol.output_done(connection, copy, found, computed);
      ASSERT_FALSE(sent.empty());
      if (sent.data() == packet.data()) {
        ASSERT_TRUE(std::equal(sent.begin(), sent.end(), skb.data));
      }
    }
  }
}

// If the protection is a MAC in the packet, the traces differ only in the zero MACs. Else the
// protected packets differ, too.
TYPED_TEST(WorkloadTest, TheZeroTraceIsTheSameWithoutProtectionAndNothingForged) {
  Block block = this->block();
  block.forged_percent = 0;
  const TypedWorkload<TypeParam> workload(block);
  const auto& real = workload.trace(0).skbs();
  const auto& zero = workload.zero_trace(0).skbs();
  ASSERT_EQ(real.size(), zero.size());
  std::size_t other = 0;
  for (std::size_t i = 0; i < real.size(); ++i) {
    ASSERT_FALSE(zero[i].forged);
    ASSERT_NE(zero[i].data, real[i].data);
    ASSERT_EQ(zero[i].socket, real[i].socket);
    ASSERT_EQ(zero[i].direction, real[i].direction);
    std::vector<std::uint8_t> expected(real[i].bytes().begin(), real[i].bytes().end());
    const auto found = workload.protocol().find(workload.connection(real[i].socket), real[i]);
    ASSERT_TRUE(found);
    if constexpr (requires { found.mac(); }) {
      const auto at = found.mac().data() - real[i].data;
      std::fill_n(expected.begin() + at, found.mac().size(), std::uint8_t{0});
    }
    const bool same = std::equal(expected.begin(), expected.end(), zero[i].bytes().begin(),
                                 zero[i].bytes().end());
    other += same ? 0 : 1;
    if (real[i].direction == Direction::tx) {
      ASSERT_TRUE(same);
    }
  }
  constexpr bool in_place = requires(const typename TypeParam::Found found) { found.mac(); };
  EXPECT_EQ(other == 0, in_place);
  block.forged_percent = 50;
  const TypedWorkload<TypeParam> forged(block);
  EXPECT_EQ(bytes_of(forged.zero_trace(0)), bytes_of(workload.zero_trace(0)));
  for (const Skb& skb : forged.zero_trace(0).skbs()) ASSERT_FALSE(skb.forged);
}

TYPED_TEST(WorkloadTest, TheSeedDecidesEveryByte) {
  Block block = this->block();
  block.cpus = 2;
  const TypedWorkload<TypeParam> first(block, 1), again(block, 1), other(block, 2);
  for (unsigned cpu = 0; cpu < 2; ++cpu) {
    EXPECT_EQ(bytes_of(first.trace(cpu)), bytes_of(again.trace(cpu)));
    EXPECT_NE(bytes_of(first.trace(cpu)), bytes_of(other.trace(cpu)));
  }
  EXPECT_NE(bytes_of(first.trace(0)), bytes_of(first.trace(1)));
}

TYPED_TEST(WorkloadTest, TheIpVersionIsTakenFromTheBlock) {
  std::set<std::vector<std::vector<std::uint8_t>>> traces;
  for (const bool ipv6 : {false, true}) {
    if (!runs_over<TypeParam>(ipv6)) continue;
    Block block = this->block();
    block.ip = ipv6 ? "v6" : "v4";
    const TypedWorkload<TypeParam> workload(block);
    EXPECT_TRUE(traces.insert(bytes_of(workload.zero_trace(0))).second);
    for (const Skb& skb : workload.trace(0).skbs()) {
      const int version = skb.data[0] >> 4;  // 8: an 802.11 frame around the IP header
      if (skb.forged || version == 8) continue;
      ASSERT_EQ(version, ipv6 ? 6 : 4);
    }
  }
}

TEST(Workload, OmittedOptionsAreTakenFromTheBlock) {
  Block block = small_block();
  const TypedWorkload<TcpAo> covered(block);
  block.options = "omitted";
  const TypedWorkload<TcpAo> omitted(block);
  const Skb &alone = covered.zero_trace(0).skbs()[0], &with = omitted.zero_trace(0).skbs()[0];
  EXPECT_EQ(alone.length + timestamps_bytes, with.length);
}

// Prepared keys are kept per socket, so the axis shows in the ledger.
TEST(Workload, ThePreparedFormIsTakenFromTheBlock) {
  const RcuThread rcu;
  const auto socket_bytes = [](const char* key) {
    Block block = small_block("tcp_ao/fixed_64", "cmac(aes128)");  // the largest prepared key
    block.key = key;
    const auto workload = make_workload(block, 1);
    const Ledger before = gfp_accounting()->ledger();
    const auto cell = opened(*workload, "per_request_key");
    EXPECT_EQ(cell->check(SIZE_MAX), "");
    const auto owner = static_cast<std::size_t>(Owner::socket);
    return gfp_accounting()->ledger().by_owner[owner].bytes - before.by_owner[owner].bytes;
  };
  EXPECT_GT(socket_bytes("prepared"), socket_bytes("raw") + 3200);
}

TEST(Workload, AnUnknownStrategyIsAnError) {
  const auto workload = make_workload(small_block(), 1);
  for (const char* name : {"", "nil", "percpu_pool#2"}) {
    const auto cell = workload->cell(name);
    ASSERT_FALSE(cell.has_value());
    EXPECT_EQ(cell.error(), Errno::enoent);
  }
}

std::string refusal(const Block& block) {
  try {
    make_workload(block, 1);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "";
}

TEST(Workload, ABlockThatMakesNoSenseIsRefused) {
  const auto with = [](auto change) {
    Block block = small_block();
    change(block);
    return refusal(block);
  };
  EXPECT_EQ(refusal(small_block()), "");
  EXPECT_EQ(refusal(small_block("tcp_ao/huge")).substr(0, 33),
            "workload: unknown traffic \"huge\".");
  EXPECT_EQ(
      refusal(small_block("tcp_ao")),
      "workload: \"tcp_ao\" is not a workload: it must be PROTOCOL/TRAFFIC, such as tcp_ao/mtu");
  EXPECT_EQ(refusal(small_block("ipsec/mtu")).substr(0, 35),
            "workload: unknown protocol \"ipsec\".");
  EXPECT_EQ(refusal(small_block("tcp_ao/mtu", "md5")), "tcp_ao does not take md5");
  EXPECT_EQ(refusal(small_block("tcp_md5/mtu")), "tcp_md5 does not take hmac(sha1)");
  EXPECT_EQ(refusal(small_block("tcp_ao/mtu", "hmac(sha3)")),
            "provider nettle has no algorithm hmac(sha3)");
  EXPECT_EQ(refusal(small_block("tcp_ao/mtu", "hmac(sha1)", "sodium")),
            "provider sodium has no algorithm hmac(sha1)");
  EXPECT_NE(with([](Block& b) { b.cpus = 0; }), "");
  EXPECT_NE(with([](Block& b) { b.sockets = 0; }), "");
  EXPECT_NE(with([](Block& b) { b.cpus = 3; }), "") << "more than possible CPUs";
  EXPECT_NE(with([](Block& b) { b.cpus = 2, b.sockets = 1; }), "") << "a CPU without a socket";
  EXPECT_EQ(with([](Block& b) { b.ip = "v5"; }),
            "unknown ip \"v5\"; did you mean \"v4\"? There are: v4, v6");
  EXPECT_NE(with([](Block& b) { b.options = "some"; }), "");
  EXPECT_NE(with([](Block& b) { b.choice = "any"; }), "");
  EXPECT_NE(with([](Block& b) { b.key = "cooked"; }), "");
}

}  // namespace
}  // namespace tfm::bench::test
