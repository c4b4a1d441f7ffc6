// SPDX-License-Identifier: MIT
// What the fail-closed tests share: every combination there is, and packets whose MACs are
// poisoned, so that one that was sent unsigned shows.
#pragma once

#include "tests/bench/support.hpp"

namespace tfm::bench::test {

struct Case {
  std::string_view protocol, strategy;
  const Algorithm* algorithm;
  bool prepared;

  Block block() const {
    Block block = small_block(std::string(protocol) + "/fixed_64", std::string(algorithm->name),
                              std::string(algorithm->provider));
    block.churn_percent = 10;
    if (prepared) block.key = "prepared";
    return block;
  }
};
inline void PrintTo(const Case& c, std::ostream* out) {
  *out << c.strategy << (c.prepared ? " (prepared), " : ", ") << c.protocol << ", "
       << c.algorithm->name << " of " << c.algorithm->provider;
}

/// Every strategy with every protocol, algorithm and provider.
inline std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const Algorithm* a : algorithms()) {
    for_each_protocol([&]<class P>() {
      if (!P::supports(*a)) return;
      for_each_strategy([&]<class S>() {
        const Case c{P::name, S::name, a, false};
        if (takes<S>(c.block())) all.push_back(c);
      });
      for_each_prepared_strategy([&]<class S>() { all.push_back({P::name, S::name, a, true}); });
    });
  }
  return all;
}

inline std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  const Case& c = info.param;
  std::string name = std::string(c.strategy) + (c.prepared ? "_prepared_" : "_") +
                     std::string(c.protocol) + "_" + std::string(c.algorithm->provider) + "_" +
                     std::string(c.algorithm->name);
  std::replace_if(
      name.begin(), name.end(), [](char ch) { return std::isalnum(ch) == 0 && ch != '_'; }, '_');
  return name;
}

/// Calls f.template operator()<P>() for the case's protocol.
template <class F>
void with_protocol(const Case& c, F&& f) {
  unsigned ran = 0;
  for_each_protocol([&]<class P>() {
    if (P::name != c.protocol) return;
    f.template operator()<P>();
    ++ran;
  });
  EXPECT_EQ(ran, 1U);
}

/// A case's workload, whose sent packets may be poisoned where they are signed in place: the MAC of
/// each is then right or as it was. Where they are not, no packet of the trace ever changes.
template <Protocol P>
class PoisonedWorkload : public TypedWorkload<P> {
 public:
  static constexpr bool in_place = requires(const typename P::Found found) { found.mac(); };

  PoisonedWorkload(const Case& c, const Block& block, std::size_t most_packets)
      : TypedWorkload<P>(block, 1, most_packets),
        trace_(c.strategy == Null::name ? this->zero_trace(0) : this->trace(0)),
        right_(bytes_of(trace_)) {}

  void poison() requires in_place {
    for (const Skb& skb : trace_.skbs()) {
      if (skb.direction != Direction::tx) continue;
      const MutableBytes mac = mac_of(skb);
      std::fill(mac.begin(), mac.end(), poison_byte);
    }
  }

  struct Found {
    std::uint64_t right = 0, untouched = 0;  ///< TX packets
  };
  /// Fails the test if a received packet was written to, or a sent one's MAC is neither.
  Found look() const requires in_place {
    Found found;
    for (std::size_t i = 0; i < right_.size(); ++i) {
      const Skb& skb = trace_.skbs()[i];
      if (std::equal(right_[i].begin(), right_[i].end(), skb.data)) {
        found.right += skb.direction == Direction::tx ? 1 : 0;
        continue;
      }
      const MutableBytes mac = mac_of(skb);
      EXPECT_EQ(skb.direction, Direction::tx) << "a received packet was written to";
      EXPECT_TRUE(std::all_of(mac.begin(), mac.end(), [](std::uint8_t b) {
        return b == poison_byte;
      })) << "a MAC that is neither right nor as it was";
      ++found.untouched;
    }
    EXPECT_EQ(found.right + found.untouched, right_.size() / 2);
    return found;
  }

  void poison() const {}
  Found look() const {
    EXPECT_EQ(bytes_of(trace_), right_) << "a packet of the trace was written to";
    return {};
  }

  std::uint64_t packets() const { return right_.size(); }

 private:
  static constexpr std::uint8_t poison_byte = 0xa5;

  MutableBytes mac_of(const Skb& skb) const requires in_place {
    return this->protocol().find(this->connection(skb.socket), skb).mac();
  }

  const Trace& trace_;
  std::vector<std::vector<std::uint8_t>> right_;
};

inline std::uint64_t live_bytes() { return gfp_accounting()->ledger().total.bytes; }

/// Allocations of either kind, the refused ones among them, and those.
inline std::uint64_t allocations() {
  const AllocationCounts counts = gfp_accounting()->counts();
  return counts.atomic + counts.kernel;
}
inline std::uint64_t refusals() {
  const AllocationCounts counts = gfp_accounting()->counts();
  return counts.atomic_refused + counts.kernel_refused;
}

}  // namespace tfm::bench::test
