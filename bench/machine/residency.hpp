// SPDX-License-Identifier: MIT
// The system memory that the process holds, to compare with the live bytes of the ledger.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/accounting.hpp"

namespace tfm::bench {

/// Values at one moment. The ledger's own cost is subtracted.
struct Residency {
  AllocatorStatistics allocator;
  /// Anonymous memory only: pages of files are not counted. Nothing if the kernel does not report
  /// it.
  std::optional<std::uint64_t> rss_bytes;
  std::uint64_t page_faults = 0;  ///< since the watch began
};

class ResidencyWatch {
 public:
  explicit ResidencyWatch(const Accounting& accounting);
  Residency now() const;

 private:
  std::uint64_t page_faults() const;

  const Accounting& accounting_;
  std::uint64_t begin_;
};

}  // namespace tfm::bench
