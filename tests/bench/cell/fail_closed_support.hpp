// SPDX-License-Identifier: MIT
// Shared by the fail-closed tests: all combinations, and packets with overwritten MACs, so that an
// unsigned packet shows.
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

/// Every strategy with every protocol, algorithm and provider, if this build has the pair.
std::vector<Case> all_cases();

/// The name of a case in gtest's form.
std::string case_name(const ::testing::TestParamInfo<Case>& info);

/// The workload of a case. If packets are signed in place, the MACs of TX packets can be
/// overwritten; after a run each is either right or still overwritten. If not, packets of the trace
/// never change.
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
  /// Counts the MACs. Fails the test if a received packet was written to, or a TX packet's MAC is
  /// neither right nor overwritten. The counts are 0 if packets are not signed in place.
  virtual Found look() const = 0;
};

/// Makes the workload, with at most that many packets. Here, code for each protocol is compiled
/// only once.
std::unique_ptr<PoisonedWorkload> poisoned(const Case& c, const Block& block,
                                           std::size_t most_packets);

inline std::uint64_t live_bytes() { return gfp_accounting()->ledger().total.bytes; }

/// All allocations (atomic and kernel) including refused ones; refusals() counts the refused ones.
inline std::uint64_t allocations() {
  const AllocationCounts counts = gfp_accounting()->counts();
  return counts.atomic + counts.kernel;
}
inline std::uint64_t refusals() {
  const AllocationCounts counts = gfp_accounting()->counts();
  return counts.atomic_refused + counts.kernel_refused;
}

}  // namespace tfm::bench::test
