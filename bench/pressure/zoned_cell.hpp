// SPDX-License-Identifier: MIT
// A strategy with a zone of its own. The memory of the strategy, its sockets and its provider comes
// from the zone's pages. The packets and the keys that signed them are outside the zone.
#pragma once

#include <memory>
#include <string>

#include "bench/cell/workload.hpp"
#include "runtime/zone/zone.hpp"

namespace tfm::bench {

/// While this object lives, gfp allocates from its zone. Only one object at a time.
class ZonedCell {
 public:
  /// Makes the zone and the strategy and opens its sockets, in order, until the zone refuses one.
  /// Virtual time does not advance meanwhile. The workload's keys must be derived
  /// (Workload::derive_keys()). Throws std::runtime_error with one line if the zone is impossible,
  /// or the strategy fails for a reason other than memory.
  ZonedCell(const Workload& workload, const std::string& strategy, const ZoneOptions& options);
  ZonedCell(const ZonedCell&) = delete;
  ZonedCell& operator=(const ZonedCell&) = delete;
  /// Closes everything if close() was not called.
  ~ZonedCell();

  /// Closes every socket and destroys the strategy. Throws std::runtime_error with one line if
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
