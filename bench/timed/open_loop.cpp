// SPDX-License-Identifier: MIT
#include "bench/timed/open_loop.hpp"

#include <algorithm>

#include "bench/machine/simd_state.hpp"
#include "bench/machine/stack_places.hpp"
#include "bench/turns/heap_place.hpp"
#include "bench/turns/lap_order.hpp"
#include "workloads/traffic/arrivals.hpp"

namespace tfm::bench {
namespace {

/// Packets of one turn on one CPU: about 10 ms at a few hundred nanoseconds each.
constexpr std::size_t turn_packets = 32768;
constexpr unsigned capacity_turns = 9;

struct CpuLoad {
  Latencies latencies;
  Tally tally;
  SimdState began = SimdState::unknown;
};

/// The arrivals of each CPU. They are drawn separately, so that bursts do not coincide.
using Arrivals = std::vector<std::vector<double>>;

Arrivals draw(unsigned cpus, std::size_t packets, Rng& rng) {
  Arrivals arrivals;
  for (unsigned cpu = 0; cpu < cpus; ++cpu) arrivals.push_back(poisson_arrivals(packets, rng));
  return arrivals;
}

/// What all turns have in common.
struct Setting {
  const TurnPlan& plan;
  Team& team;
  const Clock& clock;
  Rng places;
};

/// Moves what packets allocate on each CPU, as long as it lives: while a cell warms up and is
/// measured.
class HeapPlaces {
 public:
  explicit HeapPlaces(Setting& setting) : team_(setting.team), places_(team_.cpus()) {
    const std::uint64_t seed = mix_seed(setting.places.next(), heap_stream);
    team_.run([&](unsigned cpu) {
      Rng rng(mix_seed(seed, cpu));
      places_[cpu].draw(rng);
    });
  }
  HeapPlaces(const HeapPlaces&) = delete;
  HeapPlaces& operator=(const HeapPlaces&) = delete;
  ~HeapPlaces() {
    team_.run([&](unsigned cpu) { places_[cpu].free(); });
  }

 private:
  Team& team_;
  std::vector<HeapPlace> places_;
};

std::vector<CpuLoad> turn(CellArrivals& cell, Setting& setting, const Arrivals& arrivals,
                          double gap_ticks) {
  std::vector<CpuLoad> cpus(setting.team.cpus());
  const std::uint64_t seed = setting.places.next();
  setting.team.run([&](unsigned cpu) {
    if (setting.plan.clean_simd) clean_simd();
    cpus[cpu].began = simd_state();
    StackPlaces(mix_seed(seed, cpu)).call([&] {
      cell.run_open_loop(cpu, {&setting.clock, &arrivals[cpu], gap_ticks}, cpus[cpu].latencies,
                         cpus[cpu].tally);
    });
  });
  return cpus;
}

/// Drops and counts a turn that is void (as in bench/turns/turns.cpp), or in which a thread was not
/// running: it would measure the machine.
void keep(OpenLoopTurns& kept, const std::vector<CpuLoad>& cpus) {
  ++kept.turns;
  for (const CpuLoad& cpu : cpus) kept.tally += cpu.tally;
  if (std::any_of(cpus.begin(), cpus.end(),
                  [](const CpuLoad& cpu) { return told_dirty(cpu.began); })) {
    ++kept.turns_void;
    return;
  }
  if (std::any_of(cpus.begin(), cpus.end(),
                  [](const CpuLoad& cpu) { return cpu.latencies.absences != 0; })) {
    ++kept.turns_disturbed;
    return;
  }
  for (const CpuLoad& cpu : cpus) kept.latencies.merge(cpu.latencies);
}

/// Packets per second on one CPU with no gaps between arrivals: the median over turns.
double capacity(CellArrivals& baseline, Tally& tally, Setting& setting) {
  const Arrivals arrivals(setting.team.cpus(), std::vector<double>(turn_packets, 0.0));
  const HeapPlaces places(setting);
  std::vector<double> rates;
  for (unsigned i = 0; i < capacity_turns; ++i) {
    const std::uint64_t begin = stamp();
    const std::vector<CpuLoad> cpus = turn(baseline, setting, arrivals, 0);
    rates.push_back(turn_packets * 1e9 / setting.clock.ns(stamp() - begin));
    for (const CpuLoad& cpu : cpus) tally += cpu.tally;
  }
  std::nth_element(rates.begin(), rates.begin() + capacity_turns / 2, rates.end());
  return rates[capacity_turns / 2];
}

}  // namespace

OpenLoopResult run_open_loop(std::span<CellArrivals* const> cells, std::size_t baseline,
                             double share, const TurnPlan& plan, Team& team, const Clock& clock,
                             std::uint64_t seed) {
  std::vector<OpenLoopTurns> turns(cells.size());
  Setting setting{plan, team, clock, Rng(mix_seed(seed, stack_stream))};
  const double per_cpu = capacity(*cells[baseline], turns[baseline].tally, setting);

  // The warm-up lasts as long as in closed loop, at the offered rate.
  const double gap_ns = 1e9 / (per_cpu * share);
  const double gap_ticks = static_cast<double>(clock.ticks(gap_ns * 1000)) / 1000;
  const std::size_t warm_up_packets =
      std::max(turn_packets / 4, static_cast<std::size_t>(plan.warm_up_ns / gap_ns));

  LapOrder order(cells.size(), seed);
  Rng rng(seed);
  for (unsigned lap = 0; lap < plan.laps; ++lap) {
    const Arrivals warm_up = draw(team.cpus(), warm_up_packets, rng);
    const Arrivals arrivals = draw(team.cpus(), turn_packets, rng);
    for (const std::size_t i : order.next()) {
      const HeapPlaces places(setting);
      for (const CpuLoad& cpu : turn(*cells[i], setting, warm_up, gap_ticks)) {
        turns[i].tally += cpu.tally;
      }
      keep(turns[i], turn(*cells[i], setting, arrivals, gap_ticks));
    }
  }
  const double cpus = team.cpus();
  return {{per_cpu * cpus, per_cpu * share * cpus}, std::move(turns)};
}

}  // namespace tfm::bench
