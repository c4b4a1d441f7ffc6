// SPDX-License-Identifier: MIT
#include "bench/timed/round.hpp"

#include <stdexcept>

#include "bench/axes/forms.hpp"
#include "bench/cell/heap_age.hpp"
#include "bench/turns/open_cells.hpp"

namespace tfm::bench {
namespace {

std::size_t place_of(const std::string& name, const std::vector<OpenCell>& cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].name == name) return i;
  }
  throw std::runtime_error("the block has no baseline");
}

}  // namespace

TimedRound run_timed_round(const RoundRequest& request, const CounterSource& counters) {
  const Clock clock;
  const std::uint64_t begin = stamp();
  const Block& block = request.block;
  if (block.has_faults()) throw std::runtime_error("a block with faults has counted rounds only");
  const std::uint64_t seed = mix_seed(request.seed, request.round);
  Rng rng(seed);
  Team team(block.cpus, request.cores);
  const auto workload = make_workload(block, seed);  // checks the values of the axes
  const double share = *load_percent(block.load) / 100.0;
  const std::uint64_t cells = request.strategies.size() + request.aa_copies;
  const HeapAge age(block, HeapAge::bytes_of_cell(block) * cells, seed);
  std::vector<OpenCell> open = open_cells(request, request.aa_copies, *workload, rng);
  const TeamCounters counted(team, counters);

  const MachineWatch watch;
  const TurnPlan plan =
      TurnPlan::of(block.sockets, block.flow_run, *cache_state(block.cache), share > 0);
  const auto turns = run_turns(roles<CellPolls>(open), plan, team, clock, rng.next(), &counted);
  TimedRound round;
  round.counters.assign(counted.names().begin(), counted.names().end());
  round.counters_missing = counted.missing();
  for (std::size_t i = 0; i < open.size(); ++i) {
    const OpenCell& c = open[i];
    round.cells.push_back({c.name, c.strategy, c.aa, c.rss_bytes, turns[i], {}, turns[i].tally});
  }
  if (share > 0) {
    auto loaded = run_open_loop(roles<CellArrivals>(open), place_of(request.baseline, open), share,
                                plan, team, clock, rng.next());
    round.load = loaded.load;
    for (std::size_t i = 0; i < open.size(); ++i) {
      round.cells[i].tally += loaded.cells[i].tally;
      round.cells[i].open_loop = std::move(loaded.cells[i]);
    }
  }
  round.machine = watch.since();
  round.pinned = team.pinned();
  round.pages = huge_page_share();
  for (const TimedCell& c : round.cells) check_tally(c.name, c.tally, Failures::none);
  open.clear();
  round.stamp_ns = clock.stamp_ns();
  round.duration_ns = clock.ns(stamp() - begin);
  return round;
}

}  // namespace tfm::bench
