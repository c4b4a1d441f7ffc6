// SPDX-License-Identifier: MIT
#include "bench/round.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

namespace tfm::bench {
namespace {

double share_of(const std::string& load) { return std::strtod(load.c_str(), nullptr) / 100; }

unsigned polluted_kib(const std::string& cache) {
  const std::size_t colon = cache.find(':');
  if (colon == std::string::npos) return 0;
  return static_cast<unsigned>(std::strtoul(cache.c_str() + colon + 1, nullptr, 10));
}

std::vector<Contender> contenders_of(const RoundRequest& request, const Workload& workload) {
  std::vector<Contender> contenders;
  const auto add = [&](const std::string& strategy, std::string cell_name, bool aa) {
    auto cell = workload.cell(strategy);
    if (!cell) {
      throw std::runtime_error(fmt::format("{} cannot be made: {}", strategy, name(cell.error())));
    }
    Contender& c = contenders.emplace_back();
    c.cell = std::move(*cell);
    c.name = std::move(cell_name);
    c.strategy = strategy;
    c.aa = aa;
  };
  for (const std::string& strategy : request.strategies) add(strategy, strategy, false);
  for (std::uint32_t copy = 0; copy < request.aa_copies; ++copy) {
    add(request.baseline, fmt::format("{}#{}", request.baseline, copy + 2), true);
  }
  return contenders;
}

/// Cells open their memory in an order of their own in each round; a fixed one made copies of one
/// strategy differ by 0.5 %. Each is checked before anything is timed.
void open_and_check(std::vector<Contender>& contenders, const Workload& workload, Rng& rng) {
  LapOrder order(contenders.size(), rng.next());
  for (const std::size_t i : order.next()) {
    Contender& c = contenders[i];
    const std::int64_t before = resident_bytes();
    if (const Errno e = c.cell->open(); failed(e)) {
      throw std::runtime_error(fmt::format("{} cannot open its sockets: {}", c.name, name(e)));
    }
    c.rss_bytes = resident_bytes() - before;
    if (const std::string wrong = c.cell->check(16384); !wrong.empty()) {
      throw std::runtime_error(fmt::format("{} is not timed: {}", c.name, wrong));
    }
    for (unsigned cpu = 0; cpu < workload.cpus(); ++cpu) c.cell->seek(cpu, rng.next());
  }
}

/// What was timed must also have been right.
void check_tally(const Contender& c) {
  const Tally& t = c.tally;
  if (t.forged_accepted != 0 || t.genuine_refused != 0 || t.drops != 0 || t.open_failures != 0) {
    throw std::runtime_error(fmt::format(
        "{} is void: {} forged packets accepted, {} genuine ones refused, {} dropped, {} opens "
        "failed while it was timed",
        c.name, t.forged_accepted, t.genuine_refused, t.drops, t.open_failures));
  }
}

}  // namespace

TimedRound run_timed_round(const RoundRequest& request) {
  const Clock clock;
  const std::uint64_t begin = stamp();
  const Block& block = request.block;
  const std::uint64_t seed = mix_seed(request.seed, request.round);
  Rng rng(seed);
  TimedRound round;
  Team team(block.cpus, request.cores);
  const auto workload = make_workload(block, seed);
  round.contenders = contenders_of(request, *workload);
  open_and_check(round.contenders, *workload, rng);

  const MachineWatch watch;
  const bool open_loop = block.load != "closed";
  const TurnPlan plan = TurnPlan::of(block.sockets, polluted_kib(block.cache), open_loop);
  run_turns(round.contenders, plan, team, clock, rng.next());
  if (open_loop) {
    round.load = run_open_loop(round.contenders, request.baseline, share_of(block.load), plan, team,
                               clock, rng.next());
  }
  round.machine = watch.since();
  round.pinned = team.pinned();
  for (Contender& c : round.contenders) {
    check_tally(c);
    c.cell.reset();
  }
  round.stamp_ns = clock.stamp_ns();
  round.duration_ns = clock.ns(stamp() - begin);
  return round;
}

CountedRound run_counted_round(const RoundRequest& request, Accounting& accounting) {
  const Clock clock;
  const std::uint64_t begin = stamp();
  Block half = request.block;
  half.sockets = std::max(half.sockets / 2, half.cpus);
  const auto half_workload = make_workload(half, request.seed);
  const auto workload = make_workload(request.block, request.seed);
  CountedRound round;
  for (const std::string& strategy : request.strategies) {
    round.cells.push_back(
        count_cell(strategy, request.block, *half_workload, *workload, accounting));
  }
  round.duration_ns = clock.ns(stamp() - begin);
  return round;
}

}  // namespace tfm::bench
