// SPDX-License-Identifier: MIT
#include "bench/pressure/arena_totals.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "runtime/allocators/jemalloc_arena.hpp"

namespace tfm::bench {

ArenaTotals open_in_arena(const Workload& workload, const std::string& strategy,
                          std::uint32_t budget_pages) {
  auto arena = JemallocArena::create(budget_pages);
  if (!arena) {
    throw std::runtime_error(
        fmt::format("an arena of {} pages cannot be made: {}", budget_pages, name(arena.error())));
  }
  ArenaTotals totals{.budget_pages = budget_pages};
  Errno e = Errno::ok;
  if (auto cell = workload.cell(strategy)) {
    const Opening opening = (*cell)->open_first(CellSockets::all_sockets);
    e = opening.error;
    totals.sockets_open = opening.sockets;
    const JemallocArenaUsage usage = (*arena)->usage();
    totals.mapped_pages = usage.mapped_pages;
    totals.refused = usage.refused;
  } else {
    e = cell.error();
    totals.refused = (*arena)->usage().refused;
  }
  if (failed(e) && e != Errno::enomem) {
    throw std::runtime_error(fmt::format("{} cannot open its sockets: {}", strategy, name(e)));
  }
  if (const std::uint64_t kept = (*arena)->usage().blocks; kept != 0) {
    throw std::runtime_error(
        fmt::format("{} keeps {} blocks of the arena after its sockets closed", strategy, kept));
  }
  return totals;
}

}  // namespace tfm::bench
