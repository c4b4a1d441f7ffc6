// SPDX-License-Identifier: MIT
// Which allocations fail: failslab's grammar (Documentation/fault-injection/fault-injection.rst),
// seeded, in the order of should_fail_ex() in lib/fault-inject.c.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/gfp.hpp"
#include "runtime/rng.hpp"

namespace tfm {

/// A candidate is checked against these in turn: kth; probability 0 and times used up; space;
/// interval; probability.
struct Faults {
  double probability = 0;      ///< 0 to 1, of each candidate that the interval lets through
  std::uint32_t interval = 1;  ///< only every interval-th candidate beyond the space; 0 is 1
  std::int64_t times = -1;     ///< at most so many failures; -1 is no limit
  std::uint64_t seed = 1;
  /// Bytes that are granted before failures begin. While the space is larger than the candidate,
  /// the candidate is granted and its size subtracted. So a smaller candidate can still be granted
  /// after a larger one was not. The kernel subtracts the size of the cache's objects; here it is
  /// the size asked for.
  std::uint64_t space = 0;
  /// Fail this candidate (1 is the first), whatever the other fields say, and grant all before it.
  /// 0: no such candidate. As /proc/self/fail-nth.
  std::uint64_t kth = 0;
  bool sticky = false;  ///< with kth: that one and all after it
  /// GFP_KERNEL allocations are candidates too (ignore-gfp-wait = N), not only GFP_ATOMIC ones.
  bool also_kernel = false;
};

/// Not thread-safe.
class FaultInjector {
 public:
  explicit FaultInjector(const Faults& faults) noexcept;

  /// Whether this allocation fails. Counts it if it is a candidate.
  bool should_fail(std::size_t bytes, Gfp gfp) noexcept;

 private:
  bool fail() noexcept;

  Faults faults_;          // times and space count down
  std::uint64_t nth_ = 0;  // candidates so far, up to kth
  std::uint64_t count_ = 0;
  Rng rng_;
};

}  // namespace tfm
