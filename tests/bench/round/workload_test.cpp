// SPDX-License-Identifier: MIT
// What is drawn for a block: whose packets, how many forged and how, and that all of it follows
// from the seed.
#include <bit>
#include <cmath>
#include <map>
#include <set>

#include "tests/bench/round/support.hpp"

namespace tfm::bench::test {
namespace {

template <class P>
class WorkloadTest : public ::testing::Test {
 protected:
  static Block block() {
    return P::name == "tcp_md5" ? small_block("tcp_md5/imix", "md5") : small_block("tcp_ao/imix");
  }
  static std::size_t mac_at(const WorkloadOf<P>& workload, const Skb& skb) {
    const MutableBytes mac = workload.protocol().find(workload.connection(skb.socket), skb).mac();
    return static_cast<std::size_t>(mac.data() - skb.data);
  }
};
using Protocols = ::testing::Types<TcpAo, TcpMd5>;

struct ProtocolName {
  template <class P>
  static std::string GetName(int) {
    return std::string(P::name);
  }
};
TYPED_TEST_SUITE(WorkloadTest, Protocols, ProtocolName);

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
        EXPECT_GE(here, 64 * poll_packets);
        EXPECT_EQ(workload.polls(cpu) * poll_packets, here);
        packets += here;
      }
      EXPECT_GE(packets, 2 * sockets);
    }
  }
}

TEST(Workload, ATraceIsKeptAsShortAsIsAskedFor) {
  Block block = small_block();
  block.sockets = 5000;
  block.cpus = 2;
  const auto polls = [&](std::size_t most_packets) {
    const auto workload = make_workload(block, 1, most_packets);
    EXPECT_EQ(workload->polls(0), workload->polls(1));
    return workload->polls(0);
  };
  EXPECT_EQ(polls(4096), 64U);
  EXPECT_EQ(polls(65536), 80U) << "twice 2,500 packets in whole pairs of polls: no more is needed";
}

TYPED_TEST(WorkloadTest, ASocketBelongsToItsCpuAndEachIsThere) {
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

TYPED_TEST(WorkloadTest, GenuinePacketsCarryTheMacOfEveryProvider) {
  const Block block = this->block();
  const TypedWorkload<TypeParam> workload(block);
  for (const Algorithm* a : algorithms()) {
    if (a->name != block.algorithm) continue;
    SCOPED_TRACE(a->provider);
    Transform* transform = transform_alloc(*a, Gfp::kernel, Owner::shared).value();
    alignas(16) std::uint8_t memory[sizeof(Request) + max_stack_context_bytes];
    ASSERT_EQ(request_attach(memory, *a, transform->context(), Gfp::kernel, Owner::shared),
              Errno::ok);
    auto& request = *reinterpret_cast<Request*>(memory);
    std::vector<std::uint8_t> scratch(workload.protocol().scratch_bytes());
    for (const Skb& skb : workload.trace(0).skbs()) {
      if (skb.forged) continue;
      const auto& connection = workload.connection(skb.socket);
      const TrafficKeys keys = workload.protocol().keys(connection).value();
      const auto& key = skb.direction == Direction::tx ? keys.tx : keys.rx;
      if (a->keyed) {
        ASSERT_EQ(transform_setkey(*transform, {key.data(), keys.bytes}, Gfp::kernel), Errno::ok);
      }
      const auto found = workload.protocol().find(connection, skb);
      const MutableBytes carried = found.mac();
      ASSERT_EQ(carried.size(), workload.protocol().mac_bytes());
      std::vector<std::uint8_t> mac(carried.size());
      ASSERT_EQ(workload.protocol().digest(request, scratch.data(), connection, skb, found, mac),
                Errno::ok);
      ASSERT_TRUE(std::equal(mac.begin(), mac.end(), carried.begin()));
    }
    request_detach(request);
    transform_free(transform);
  }
}

// The same draws without forging give the same packets as they were before.
TYPED_TEST(WorkloadTest, AForgedPacketDiffersInOneCoveredBitOrIsCut) {
  Block block = this->block();
  const TypedWorkload<TypeParam> forged(block);
  block.forged_percent = 0;
  const TypedWorkload<TypeParam> genuine(block);
  const auto& was = genuine.trace(0).skbs();
  const auto& is = forged.trace(0).skbs();
  ASSERT_EQ(was.size(), is.size());
  const std::size_t headers = forged.protocol().header_bytes();
  std::size_t received = 0, count = 0, cut = 0, in_headers = 0, in_payload = 0;
  for (std::size_t i = 0; i < is.size(); ++i) {
    ASSERT_FALSE(was[i].forged);
    received += is[i].direction == Direction::rx ? 1 : 0;
    if (is[i].forged) {
      ++count;
      EXPECT_EQ(is[i].direction, Direction::rx);
    }
    if (is[i].length != was[i].length) {
      EXPECT_TRUE(is[i].forged && is[i].length < was[i].length);
      EXPECT_TRUE(std::equal(is[i].data, is[i].data + was[i].length, was[i].data));
      ++cut;
      continue;
    }
    int bits = 0;
    std::size_t at = 0;
    for (std::size_t byte = 0; byte < is[i].length; ++byte) {
      if (is[i].data[byte] == was[i].data[byte]) continue;
      bits += std::popcount(static_cast<unsigned>(is[i].data[byte] ^ was[i].data[byte]));
      at = byte;
    }
    ASSERT_EQ(bits, is[i].forged ? 1 : 0);
    if (!is[i].forged) continue;
    EXPECT_TRUE(forged.protocol().covers(was[i], at)) << at;
    ++(at >= headers ? in_payload : in_headers);
  }
  const double expected = static_cast<double>(received) * 0.1;
  EXPECT_NEAR(static_cast<double>(count), expected, 5 * std::sqrt(expected * 0.9));
  const double of_cut = static_cast<double>(count) / 4;
  EXPECT_NEAR(static_cast<double>(cut), of_cut, 5 * std::sqrt(of_cut));
  EXPECT_GT(in_headers, 0U);
  EXPECT_GT(in_payload, 0U);
}

TYPED_TEST(WorkloadTest, AllOrNoneMayBeForged) {
  for (const double percent : {0.0, 100.0}) {
    Block block = this->block();
    block.forged_percent = percent;
    const TypedWorkload<TypeParam> workload(block);
    for (const Skb& skb : workload.trace(0).skbs()) {
      ASSERT_EQ(skb.forged, percent == 100 && skb.direction == Direction::rx);
    }
  }
}

TYPED_TEST(WorkloadTest, TheZeroTraceIsTheSameWithZeroMacsAndNothingForged) {
  Block block = this->block();
  block.forged_percent = 0;
  const TypedWorkload<TypeParam> workload(block);
  const auto& real = workload.trace(0).skbs();
  const auto& zero = workload.zero_trace(0).skbs();
  ASSERT_EQ(real.size(), zero.size());
  const std::size_t mac_bytes = workload.protocol().mac_bytes();
  for (std::size_t i = 0; i < real.size(); ++i) {
    ASSERT_FALSE(zero[i].forged);
    ASSERT_NE(zero[i].data, real[i].data);
    std::vector<std::uint8_t> expected(real[i].bytes().begin(), real[i].bytes().end());
    std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(this->mac_at(workload, real[i])),
                mac_bytes, std::uint8_t{0});
    ASSERT_TRUE(std::equal(expected.begin(), expected.end(), zero[i].bytes().begin(),
                           zero[i].bytes().end()));
  }
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
  for (const char* ip : {"v4", "v6"}) {
    Block block = this->block();
    block.ip = ip;
    const TypedWorkload<TypeParam> workload(block);
    for (const Skb& skb : workload.trace(0).skbs()) {
      if (skb.forged) continue;
      ASSERT_EQ(skb.data[0] >> 4, ip == std::string_view("v6") ? 6 : 4);
    }
  }
}

TEST(Workload, OmittedOptionsAreTakenFromTheBlock) {
  Block block = small_block();
  const TypedWorkload<TcpAo> covered(block);
  block.options = "omitted";
  const TypedWorkload<TcpAo> omitted(block);
  EXPECT_NE(bytes_of(covered.trace(0)), bytes_of(omitted.trace(0))) << "other MACs";
  EXPECT_EQ(bytes_of(covered.zero_trace(0)), bytes_of(omitted.zero_trace(0)));
}

// Prepared keys are kept per socket, so that the axis shows in the ledger.
TEST(Workload, ThePreparedFormIsTakenFromTheBlock) {
  const RcuThread rcu;
  const auto socket_bytes = [](const char* key) {
    Block block = small_block();
    block.key = key;
    const auto workload = make_workload(block, 1);
    const Ledger before = gfp_accounting()->ledger();
    const auto cell = opened(*workload, "per_request_key");
    EXPECT_EQ(cell->check(SIZE_MAX), "");
    const auto owner = static_cast<std::size_t>(Owner::socket);
    return gfp_accounting()->ledger().by_owner[owner].bytes - before.by_owner[owner].bytes;
  };
  EXPECT_GT(socket_bytes("prepared"), socket_bytes("raw") + 32 * 100);
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
  EXPECT_EQ(refusal(small_block("tcp_ao/huge")), "no traffic is called \"huge\"");
  EXPECT_EQ(refusal(small_block("tcp_ao")), "no traffic is called \"\"");
  EXPECT_EQ(refusal(small_block("ah/mtu")), "no protocol is called \"ah\"");
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
  EXPECT_EQ(with([](Block& b) { b.ip = "v5"; }), "ip is \"v5\", neither \"v4\" nor \"v6\"");
  EXPECT_NE(with([](Block& b) { b.options = "some"; }), "");
  EXPECT_NE(with([](Block& b) { b.choice = "any"; }), "");
  EXPECT_NE(with([](Block& b) { b.key = "cooked"; }), "");
}

}  // namespace
}  // namespace tfm::bench::test
