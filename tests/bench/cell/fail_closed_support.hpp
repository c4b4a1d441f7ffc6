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

/// Every strategy with every protocol, algorithm and provider, as far as this build has the pair.
std::vector<Case> all_cases();

/// A case's name, as gtest wants it.
std::string case_name(const ::testing::TestParamInfo<Case>& info);

/// A case's workload, whose sent packets may be poisoned where they are signed in place: the MAC of
/// each is then right or as it was. Where they are not, no packet of the trace ever changes.
class PoisonedWorkload {
 public:
  struct Found {
    std::uint64_t right = 0, untouched = 0;  ///< TX packets
  };

  virtual ~PoisonedWorkload() = default;
  virtual Workload& workload() = 0;
  virtual std::uint64_t packets() const = 0;
  virtual bool in_place() const = 0;
  virtual void poison() = 0;
  /// Fails the test if a received packet was written to, or a sent one's MAC is neither. Of packets
  /// that are not signed in place none is found.
  virtual Found look() const = 0;
};

/// With that many packets at most. For the case's protocol: what is compiled for each protocol is
/// compiled here once.
std::unique_ptr<PoisonedWorkload> poisoned(const Case& c, const Block& block,
                                           std::size_t most_packets);

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
