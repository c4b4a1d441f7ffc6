// SPDX-License-Identifier: MIT
#include "bench/round/service_times.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "bench/round/median.hpp"
#include "bench/round/round.hpp"

namespace tfm::bench {
namespace {

/// Of the turns in which service times are measured: their median scales the loads, and is no
/// result.
constexpr unsigned laps = 8;

double median_ns(const Contender& c) {
  std::vector<double> ns;
  for (const auto& turn : c.turn_ns_per_packet) {
    if (turn) ns.push_back(*turn);
  }
  if (ns.empty()) {
    throw std::runtime_error(fmt::format("{} cannot be timed: every batch was disturbed", c.name));
  }
  return median(std::move(ns));
}

}  // namespace

std::vector<double> service_times(const RoundRequest& request, const Workload& workload, Team& team,
                                  const Clock& clock, Rng& rng,
                                  std::optional<Direction> direction) {
  RoundRequest without_copies = request;
  without_copies.aa_copies = 0;
  std::vector<Contender> contenders = open_cells(without_copies, workload, rng);
  for (const Contender& c : contenders) {
    c.cell->set_churn(false);
    c.cell->set_direction(direction);
  }
  TurnPlan plan = TurnPlan::of(request.block.sockets, 0, false);
  plan.laps = laps;
  run_turns(contenders, plan, team, clock, rng.next());
  std::vector<double> ns;
  for (const Contender& c : contenders) {
    check_tally(c.name, c.tally, Failures::none);
    ns.push_back(median_ns(c));
  }
  return ns;
}

}  // namespace tfm::bench
