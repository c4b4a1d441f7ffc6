// SPDX-License-Identifier: MIT
// What the process holds of the system's memory, beside what the ledger says is live.
#pragma once

#include <cstdint>
#include <optional>

#include "runtime/accounting.hpp"

namespace tfm::bench {

/// At one moment. What the ledger itself costs is taken off.
struct Residency {
  AllocatorStatistics allocator;
  /// Of the process's own memory: pages of files are nobody's. Nothing if the kernel won't tell.
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
