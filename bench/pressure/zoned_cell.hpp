// SPDX-License-Identifier: MIT
// A strategy alone in a zone of its own: what it keeps, its sockets' memory and its provider's come
// from the zone's pages. The packets and the keys they were signed with do not.
#pragma once

#include <memory>
#include <string>

#include "bench/cell/workload.hpp"
#include "runtime/zone/zone.hpp"

namespace tfm::bench {

/// One at a time: while it lives, gfp draws on its zone.
class ZonedCell {
 public:
  /// Makes the zone and the strategy and opens its sockets, in order, until the zone refuses one;
  /// virtual time stands still meanwhile. The workload's keys are derived
  /// (Workload::derive_keys()). Throws std::runtime_error with one line for a zone that cannot be,
  /// or a strategy that fails for another reason than memory.
  ZonedCell(const Workload& workload, const std::string& strategy, const ZoneOptions& options);
  ZonedCell(const ZonedCell&) = delete;
  ZonedCell& operator=(const ZonedCell&) = delete;
  /// Closes what close() did not.
  ~ZonedCell();

  /// Closes every socket and unmakes the strategy. Throws std::runtime_error with one line if
  /// memory of the zone is kept.
  void close();

  const std::string& strategy() const noexcept { return strategy_; }
  Zone& zone() noexcept { return *zone_; }
  /// nullptr: the zone is too small for the strategy itself.
  Cell* cell() noexcept { return cell_.get(); }
  std::uint32_t sockets_open() const noexcept { return sockets_open_; }
  /// Pages that slabs and larger blocks took while the strategy was made and its sockets opened.
  std::uint32_t pages_open() const noexcept { return pages_open_; }

 private:
  void release() noexcept;

  std::string strategy_;
  std::unique_ptr<Zone> zone_;
  std::unique_ptr<Cell> cell_;
  std::uint32_t sockets_open_ = 0;
  std::uint32_t pages_open_ = 0;
};

}  // namespace tfm::bench
