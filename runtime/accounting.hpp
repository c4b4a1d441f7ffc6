// SPDX-License-Identifier: MIT
// What only the counted link has: the ledger of bytes by owner, and failslab's faults.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/fault_injector.hpp"
#include "runtime/gfp.hpp"

namespace tfm {

/// Memory on one account.
struct Account {
  std::uint64_t bytes = 0;          ///< as requested
  std::uint64_t rounded_bytes = 0;  ///< as the allocator rounds them, its headers included
  std::uint64_t blocks = 0;

  Account& operator+=(const Account& other) noexcept {
    bytes += other.bytes;
    rounded_bytes += other.rounded_bytes;
    blocks += other.blocks;
    return *this;
  }
  Account& operator-=(const Account& other) noexcept {
    bytes -= other.bytes;
    rounded_bytes -= other.rounded_bytes;
    blocks -= other.blocks;
    return *this;
  }
  bool operator==(const Account&) const = default;
};

/// Live memory by owner at one moment.
struct Ledger {
  std::array<Account, owner_count> by_owner{};
  Account total{};

  Account& of(Owner owner) noexcept { return by_owner[static_cast<std::size_t>(owner)]; }
  const Account& of(Owner owner) const noexcept {
    return by_owner[static_cast<std::size_t>(owner)];
  }

  /// The difference from an earlier moment, modulo 2^64.
  friend Ledger operator-(Ledger now, const Ledger& before) noexcept {
    for (std::size_t i = 0; i < owner_count; ++i) now.by_owner[i] -= before.by_owner[i];
    now.total -= before.total;
    return now;
  }
  bool operator==(const Ledger&) const = default;
};

/// Allocations since the process began. The injector or the allocator refused the `_refused` ones.
struct AllocationCounts {
  std::uint64_t atomic = 0, atomic_refused = 0;
  std::uint64_t kernel = 0, kernel_refused = 0;
};

/// What the ledger itself costs the process. Subtract it from the RSS and from the page faults.
struct AccountingCost {
  std::uint64_t resident_bytes = 0;
  std::uint64_t page_faults = 0;  ///< since the process began
};

/// Thread-safe.
class Accounting {
 public:
  virtual ~Accounting() = default;
  virtual Ledger ledger() const = 0;
  /// The ledger as it was when its total bytes were highest since the last mark_peak().
  virtual Ledger peak() const = 0;
  virtual AllocationCounts counts() const = 0;
  virtual AccountingCost cost() const = 0;
  virtual void mark_peak() = 0;  ///< the peak begins again at the present ledger
  virtual void set_faults(const Faults& faults) = 0;
  virtual void clear_faults() = 0;
};

}  // namespace tfm
