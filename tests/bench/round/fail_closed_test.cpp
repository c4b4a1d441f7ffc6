// SPDX-License-Identifier: MIT
// One allocation in five refused, while sockets close and open: for every strategy, protocol,
// algorithm and provider no packet is sent without the right MAC or accepted without one.
#include "tests/bench/round/support.hpp"

namespace tfm::bench::test {
namespace {

constexpr std::uint8_t poison = 0xa5;

struct Case {
  std::string_view protocol, strategy;
  const Algorithm* algorithm;
  bool prepared;
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.strategy << (c.prepared ? " (prepared), " : ", ") << c.protocol << ", "
       << c.algorithm->name << " of " << c.algorithm->provider;
}

template <class P>
class FailClosed {
 public:
  FailClosed(const Case& c, bool kernel_too)
      : case_(c), kernel_too_(kernel_too), workload_(block(c)), right_(bytes_of(trace())) {}

  void run() {
    const std::uint64_t before = gfp_accounting()->ledger().total.bytes;
    {
      const auto cell = opened(workload_, case_.strategy);
      poison_macs();
      const AllocationCounts counts = gfp_accounting()->counts();
      gfp_accounting()->set_faults({.probability = 0.2, .seed = 5, .also_kernel = kernel_too_});
      Tally t;
      cell->run(0, all_polls(workload_), t);
      gfp_accounting()->clear_faults();
      expect_balanced(t);
      expect_packets(t);
      const AllocationCounts after = gfp_accounting()->counts();
      const std::uint64_t refused = after.atomic_refused - counts.atomic_refused +
                                    after.kernel_refused - counts.kernel_refused;
      EXPECT_EQ(refused == 0, t.drops + t.open_failures == 0) << "a refusal is no secret";
      EXPECT_GE(t.closes, t.opens + t.accepts) << "only what was closed opens again";
    }
    EXPECT_EQ(gfp_accounting()->ledger().total.bytes, before) << "something was kept";
  }

 private:
  static Block block(const Case& c) {
    Block block = small_block(std::string(c.protocol) + "/fixed_64", std::string(c.algorithm->name),
                              std::string(c.algorithm->provider));
    block.churn_percent = 10;
    if (c.prepared) block.key = "prepared";
    return block;
  }
  bool is_null() const { return case_.strategy == Null::name; }
  const Trace& trace() const { return is_null() ? workload_.zero_trace(0) : workload_.trace(0); }
  MutableBytes mac_of(const Skb& skb) const {
    return workload_.protocol().find(workload_.connection(skb.socket), skb).mac();
  }

  void poison_macs() {
    for (const Skb& skb : trace().skbs()) {
      if (skb.direction != Direction::tx) continue;
      const MutableBytes mac = mac_of(skb);
      std::fill(mac.begin(), mac.end(), poison);
    }
  }

  void expect_packets(const Tally& t) const {
    std::uint64_t right = 0, untouched = 0;
    for (std::size_t i = 0; i < right_.size(); ++i) {
      const Skb& skb = trace().skbs()[i];
      if (std::equal(right_[i].begin(), right_[i].end(), skb.data)) {
        right += skb.direction == Direction::tx ? 1 : 0;
        continue;
      }
      const MutableBytes mac = mac_of(skb);
      ASSERT_EQ(skb.direction, Direction::tx) << "a received packet was written to";
      ASSERT_TRUE(std::all_of(mac.begin(), mac.end(), [](std::uint8_t b) { return b == poison; }))
          << "a MAC that is neither right nor as it was";
      ++untouched;
    }
    // Handshake segments are sent from buffers that are gone: what the trace does not explain.
    const std::uint64_t handshakes = t.packets - right_.size();
    EXPECT_EQ(right + untouched, right_.size() / 2);
    EXPECT_GE(t.sent, right);
    EXPECT_LE(t.sent - right, handshakes);
    EXPECT_GE(t.drops, untouched);
  }

  Case case_;
  bool kernel_too_;
  TypedWorkload<P> workload_;
  std::vector<std::vector<std::uint8_t>> right_;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Algorithm* a : algorithms()) {
    for_each_protocol([&]<class P>() {
      if (!P::supports(*a)) return;
      for_each_strategy([&]<class S>() { all.push_back({P::name, S::name, a, false}); });
      PreparedKeyStrategyList::for_each([&]<class S>() {
        all.push_back({P::name, S::name, a, true});
      });
    });
  }
  return all;
}

class FailClosedTest : public ::testing::TestWithParam<Case> {
 protected:
  static void run(bool kernel_too) {
    unsigned ran = 0;
    for_each_protocol([&]<class P>() {
      if (P::name != GetParam().protocol) return;
      FailClosed<P>(GetParam(), kernel_too).run();
      ++ran;
    });
    EXPECT_EQ(ran, 1U);
  }

 private:
  RcuThread rcu_;
};

TEST_P(FailClosedTest, WhenAtomicAllocationsAreRefused) { run(false); }
TEST_P(FailClosedTest, WhenAllocationsOnTheSlowPathAreRefusedToo) { run(true); }

std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  const Case& c = info.param;
  std::string name = std::string(c.strategy) + (c.prepared ? "_prepared_" : "_") +
                     std::string(c.protocol) + "_" + std::string(c.algorithm->provider) + "_" +
                     std::string(c.algorithm->name);
  std::replace_if(
      name.begin(), name.end(), [](char ch) { return std::isalnum(ch) == 0 && ch != '_'; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, FailClosedTest, ::testing::ValuesIn(cases()), case_name);

// The test above must see what it looks for.
TEST(FailClosed, RefusalsDoHappen) {
  const RcuThread rcu;
  for (const char* strategy : {"per_socket_tfm", "per_request_key", "tfm_pool"}) {
    const auto workload = make_workload(small_block(), 1);
    const auto cell = opened(*workload, strategy);
    gfp_accounting()->set_faults({.probability = 0.2});
    Tally t;
    cell->run(0, all_polls(*workload), t);
    gfp_accounting()->clear_faults();
    EXPECT_NEAR(static_cast<double>(t.allocation_failures), static_cast<double>(t.packets) * 0.2,
                5 * std::sqrt(static_cast<double>(t.packets) * 0.16))
        << strategy;
  }
}

}  // namespace
}  // namespace tfm::bench::test
