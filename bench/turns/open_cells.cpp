// SPDX-License-Identifier: MIT
#include "bench/turns/open_cells.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "bench/axes/forms.hpp"
#include "bench/machine/huge_pages.hpp"
#include "bench/machine/machine_watch.hpp"
#include "bench/turns/lap_order.hpp"

namespace tfm::bench {
namespace {

/// Number of packets that are checked on each CPU.
constexpr std::size_t checked_packets = 65536;

std::vector<OpenCell> named_cells(const RoundRequest& request, std::uint32_t aa_copies,
                                  const Workload& workload, Rng& rng) {
  std::vector<OpenCell> cells;
  const auto add = [&](const std::string& strategy, std::string name, bool aa) {
    HeapPlace place;
    place.draw(rng);
    cells.push_back(
        {std::move(place), make_cell(workload, strategy), std::move(name), strategy, aa});
  };
  for (const std::string& strategy : request.strategies) add(strategy, strategy, false);
  for (std::uint32_t copy = 0; copy < aa_copies; ++copy) {
    add(request.baseline, fmt::format("{}#{}", request.baseline, copy + 2), true);
  }
  return cells;
}

/// Room for what turns allocate: the memory that pollutes the cache, batches, histograms.
std::size_t room_bytes(const Block& block) {
  constexpr std::size_t others = 4 << 20;
  return others + std::size_t{1024} * cache_state(block.cache)->polluted_kib * block.cpus;
}

}  // namespace

std::vector<OpenCell> open_cells(const RoundRequest& request, std::uint32_t aa_copies,
                                 const Workload& workload, Rng& rng) {
  std::vector<OpenCell> cells = named_cells(request, aa_copies, workload, rng);
  LapOrder order(cells.size(), rng.next());
  for (const std::size_t i : order.next()) {
    OpenCell& c = cells[i];
    const std::int64_t before = resident_bytes();
    open_sockets(*c.cell, c.name);
    c.rss_bytes = resident_bytes() - before;
    if (const std::string wrong = c.cell->check(checked_packets); !wrong.empty()) {
      throw std::runtime_error(fmt::format("{} is not timed: {}", c.name, wrong));
    }
    for (unsigned cpu = 0; cpu < workload.cpus(); ++cpu) c.cell->seek(cpu, rng.next());
  }
  if (request.block.page_size == "huge") use_huge_pages(room_bytes(request.block));
  return cells;
}

}  // namespace tfm::bench
