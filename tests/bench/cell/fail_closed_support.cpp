// SPDX-License-Identifier: MIT
#include "tests/bench/cell/fail_closed_support.hpp"

namespace tfm::bench::test {
namespace {

template <Protocol P>
class PoisonedOf final : public PoisonedWorkload {
 public:
  static constexpr bool signed_in_place = requires(const typename P::Found found) { found.mac(); };

  PoisonedOf(const Case& c, const Block& block, std::size_t most_packets)
      : workload_(block, 1, most_packets),
        trace_(c.strategy == Null::name ? workload_.zero_trace(0) : workload_.trace(0)),
        right_(bytes_of(trace_)) {}

  Workload& workload() override { return workload_; }
  std::uint64_t packets() const override { return right_.size(); }
  bool in_place() const override { return signed_in_place; }

  void poison() override {
    if constexpr (signed_in_place) {
      for (const Skb& skb : trace_.skbs()) {
        if (skb.direction != Direction::tx) continue;
        const MutableBytes mac = mac_of(skb);
        std::fill(mac.begin(), mac.end(), poison_byte);
      }
    }
  }

  Found look() const override {
    Found found;
    if constexpr (signed_in_place) {
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
    } else {
      EXPECT_EQ(bytes_of(trace_), right_) << "a packet of the trace was written to";
    }
    return found;
  }

 private:
  static constexpr std::uint8_t poison_byte = 0xa5;

  MutableBytes mac_of(const Skb& skb) const {
    return workload_.protocol().find(workload_.connection(skb.socket), skb).mac();
  }

  TypedWorkload<P> workload_;
  const Trace& trace_;
  std::vector<std::vector<std::uint8_t>> right_;
};

}  // namespace

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const Algorithm* a : algorithms()) {
    for_each_protocol([&]<class P>() {
      if (!P::supports(*a)) return;
      for (const bool prepared : {false, true}) {
        const Case any{P::name, {}, a, prepared};
        for (const Registered& s : strategies_for(any.block())) {
          all.push_back({P::name, s.name, a, prepared});
        }
      }
    });
  }
  return all;
}

std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  const Case& c = info.param;
  std::string name = std::string(c.strategy) + (c.prepared ? "_prepared_" : "_") +
                     std::string(c.protocol) + "_" + std::string(c.algorithm->provider) + "_" +
                     std::string(c.algorithm->name);
  std::replace_if(
      name.begin(), name.end(), [](char ch) { return std::isalnum(ch) == 0 && ch != '_'; }, '_');
  return name;
}

std::unique_ptr<PoisonedWorkload> poisoned(const Case& c, const Block& block,
                                           std::size_t most_packets) {
  std::unique_ptr<PoisonedWorkload> workload;
  for_each_protocol([&]<class P>() {
    if (P::name == c.protocol) workload = std::make_unique<PoisonedOf<P>>(c, block, most_packets);
  });
  return workload;
}

}  // namespace tfm::bench::test
