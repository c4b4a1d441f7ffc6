// SPDX-License-Identifier: MIT
// What the counted link knows and the plain link does not: the ledger of bytes by owner, and
// failslab-style faults.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/gfp.hpp"

namespace tfm {

/// Bytes as requested, and blocks.
struct Account {
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
};

/// Live memory by owner at one moment.
struct Ledger {
  std::array<Account, owner_count> by_owner{};
  Account total{};
};

/// Allocations since the process began. `refused` ones were refused by the injector or the
/// allocator.
struct AllocationCounts {
  std::uint64_t atomic = 0, atomic_refused = 0;
  std::uint64_t kernel = 0, kernel_refused = 0;
};

/// Which allocations fail (Documentation/fault-injection: probability, interval, times), seeded.
/// An allocation fails if it is the k-th since set_faults(), or if the interval is due and the
/// probability strikes.
struct Faults {
  double probability = 0;      ///< 0 to 1, of each allocation that the interval lets through
  std::uint32_t interval = 1;  ///< only every interval-th allocation is a candidate
  std::int64_t times = -1;     ///< at most so many failures; -1 is no limit
  std::uint64_t seed = 1;
  std::uint64_t kth = 0;     ///< fail this one (1 is the first); 0 is none
  bool sticky = false;       ///< with kth: that one and all after it
  bool also_kernel = false;  ///< candidates are GFP_KERNEL allocations too
};

/// Thread-safe.
class Accounting {
 public:
  virtual ~Accounting() = default;
  virtual Ledger ledger() const = 0;
  /// The ledger as it was when its total bytes were highest since the last mark_peak().
  virtual Ledger peak() const = 0;
  virtual AllocationCounts counts() const = 0;
  virtual void mark_peak() = 0;  ///< the peak starts again from what is live
  virtual void set_faults(const Faults& faults) = 0;
  virtual void clear_faults() = 0;
};

}  // namespace tfm
