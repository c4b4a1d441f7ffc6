// SPDX-License-Identifier: MIT
#include "bench/turns/service_times.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "bench/median.hpp"
#include "bench/turns/open_cells.hpp"
#include "bench/turns/turns.hpp"

namespace tfm::bench {
namespace {

/// Laps for measuring service times. Their median only scales the loads and is not a result.
constexpr unsigned laps = 8;

double median_ns(const std::string& name, const Turns& turns) {
  std::vector<double> ns;
  for (const auto& turn : turns.ns_per_packet) {
    if (turn) ns.push_back(*turn);
  }
  if (ns.empty()) {
    throw std::runtime_error(
        fmt::format("{} cannot be timed: every batch was disturbed or its turn void", name));
  }
  return median(std::move(ns));
}

}  // namespace

ServiceTimes service_times(const RoundRequest& request, const Workload& workload, Team& team,
                           const Clock& clock, Rng& rng, std::optional<Direction> direction) {
  const std::vector<OpenCell> cells = open_cells(request, 0, workload, rng);
  for (const OpenCell& c : cells) {
    c.cell->set_churn(false);
    c.cell->set_direction(direction);
  }
  TurnPlan plan = TurnPlan::of(request.block.sockets, request.block.flow_run, {}, false);
  plan.laps = laps;
  const auto turns = run_turns(roles<CellPolls>(cells), plan, team, clock, rng.next());
  ServiceTimes times;
  times.pages = huge_page_share();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    check_tally(cells[i].name, turns[i].tally, Failures::none);
    times.ns.push_back(median_ns(cells[i].name, turns[i]));
  }
  return times;
}

}  // namespace tfm::bench
