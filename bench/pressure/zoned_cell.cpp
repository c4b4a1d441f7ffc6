// SPDX-License-Identifier: MIT
#include "bench/pressure/zoned_cell.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace tfm::bench {

ZonedCell::ZonedCell(const Workload& workload, const std::string& strategy,
                     const ZoneOptions& options)
    : strategy_(strategy) {
  auto zone = Zone::create(options);
  if (!zone) {
    throw std::runtime_error(
        fmt::format("a zone of {} pages cannot be made: {}", options.pages, name(zone.error())));
  }
  zone_ = std::move(*zone);
  const auto taken = [this] {
    const ZoneUsage usage = zone_->usage();
    return usage.slab_pages + usage.large_pages;
  };
  const std::uint32_t before = taken();
  gfp_use_zone(zone_.get());
  auto cell = workload.cell(strategy);
  if (cell) {
    cell_ = std::move(*cell);
    const Opening opening = cell_->open_first(CellSockets::all_sockets);
    sockets_open_ = opening.sockets;
    if (failed(opening.error) && opening.error != Errno::enomem) {
      release();
      throw std::runtime_error(
          fmt::format("{} cannot open its sockets: {}", strategy, name(opening.error)));
    }
  } else if (cell.error() != Errno::enomem) {
    gfp_use_zone(nullptr);
    throw std::runtime_error(fmt::format("{} cannot be made: {}", strategy, name(cell.error())));
  }
  pages_open_ = taken() - before;
}

ZonedCell::~ZonedCell() { release(); }

void ZonedCell::release() noexcept {
  cell_.reset();
  gfp_use_zone(nullptr);
}

void ZonedCell::close() {
  release();
  const ZoneUsage usage = zone_->usage();
  if (usage.blocks == 0) return;
  static_cast<void>(zone_.release());  // a zone with live blocks must not be destroyed
  throw std::runtime_error(
      fmt::format("{} keeps {} bytes in {} blocks of the zone after its sockets closed", strategy_,
                  usage.bytes, usage.blocks));
}

}  // namespace tfm::bench
