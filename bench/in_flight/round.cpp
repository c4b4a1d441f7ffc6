// SPDX-License-Identifier: MIT
#include "bench/in_flight/round.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "bench/machine/simd_state.hpp"
#include "bench/median.hpp"
#include "bench/turns/service_times.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {
namespace {

/// The least number of packets or sections; they are run in whole laps of the trace.
constexpr std::uint64_t flow_packets = 16'384;
constexpr std::uint64_t timed_sections = 16'384;

/// Batches that measure the CPU's own part. Each has one poll per direction: short enough that most
/// are undisturbed.
constexpr unsigned share_batches = 401;
constexpr unsigned share_polls = 2;

/// For what a drive allocates after its sockets have opened.
constexpr std::size_t room_bytes = 4 << 20;

/// Separate random streams for the engine and for the arrivals.
constexpr std::uint64_t engine_stream = 0x656e6769;
constexpr std::uint64_t preemption_stream = 0x70726565;

unsigned laps_of(std::uint64_t wanted, std::uint64_t per_lap) {
  return static_cast<unsigned>((wanted + per_lap - 1) / per_lap);
}

/// The share of a packet's time that find, start, key and end take, at most 1. Batches of whole
/// packets and batches of this part alone take turns. They are half a trace apart, so that neither
/// finds data in the cache that the other has just touched.
double own_share(Cell& cell, std::uint64_t polls, Tally& tally) {
  const auto offload = cell.offload(1);
  const std::uint64_t away = polls / 2 / share_polls * share_polls;
  std::vector<double> whole, own;
  for (std::uint64_t poll = 0; own.size() < share_batches; poll = (poll + share_polls) % polls) {
    clean_simd();
    const std::uint64_t begin = stamp();
    cell.run(0, share_polls, tally);
    const std::uint64_t middle = stamp();
    for (unsigned i = 0; i < share_polls; ++i) {
      offload->begin_and_end(0, cell.poll(0, poll + away + i));
    }
    const std::uint64_t end = stamp();
    whole.push_back(static_cast<double>(middle - begin));
    own.push_back(static_cast<double>(end - middle));
  }
  return std::min(median(std::move(own)) / median(std::move(whole)), 1.0);
}

void expect_right(const InFlightCell& cell) {
  if (cell.preemption.failed != 0) {
    throw std::runtime_error(fmt::format("{} cannot be timed: {} operations failed", cell.strategy,
                                         cell.preemption.failed));
  }
  const std::uint64_t wrong = cell.flow.wrong + cell.preemption.wrong;
  if (wrong != 0) {
    throw std::runtime_error(fmt::format("{} is void: {} of {} packets are wrong", cell.strategy,
                                         wrong, cell.flow.checked + cell.preemption.checked));
  }
  Tally others = cell.flow.tally;
  others.drops -= cell.flow.overtaken;
  check_tally(cell.strategy, others, Failures::none);
}

/// `pages` becomes the lowest share of this and the earlier strategies, or nothing if one is not
/// known.
InFlightCell drive(const std::string& strategy, const Block& block, const Workload& workload,
                   double service_ns, const Clock& clock, std::uint64_t seed,
                   std::optional<HugePageShare>& pages) {
  const std::unique_ptr<Cell> made = make_cell(workload, strategy);
  Cell& cell = *made;
  open_sockets(cell, strategy);
  if (block.page_size == "huge") use_huge_pages(room_bytes);
  const std::uint64_t polls = workload.polls(0);
  Tally tally;
  const double own_ns = service_ns * own_share(cell, polls, tally);
  check_tally(strategy, tally, Failures::none);
  InFlightCell driven;
  driven.strategy = strategy;
  driven.engine = {.depth = block.in_flight,
                   .engine_ns = block.engine_ns,
                   .service_ns = service_ns,
                   .own_ns = own_ns,
                   .seed = mix_seed(seed, engine_stream)};
  const std::uint64_t per_lap = polls * poll_packets;
  driven.flow = run_engine_flow(cell, polls, laps_of(flow_packets, per_lap), driven.engine);
  driven.preemption = run_preemption(cell, polls, laps_of(timed_sections, per_lap / 2), clock,
                                     mix_seed(seed, preemption_stream));
  const auto here = huge_page_share();
  if (pages && (!here || here->share() < pages->share())) pages = here;
  expect_right(driven);
  return driven;
}

}  // namespace

InFlightRound run_in_flight_round(const RoundRequest& request) {
  const Clock clock;
  const std::uint64_t begin = stamp();
  const Block& block = request.block;
  if (block.in_flight == 0) throw std::runtime_error("a block without in_flight has no engine");
  if (block.cpus != 1) throw std::runtime_error("an in_flight round runs on one CPU");
  const std::uint64_t seed = mix_seed(request.seed, request.round);
  Rng rng(seed);
  Team team(1, request.cores);
  const auto workload = make_workload(block, seed);
  InFlightRound round;
  const MachineWatch watch;
  const ServiceTimes service = service_times(request, *workload, team, clock, rng);
  round.pages = service.pages;
  workload->derive_keys();
  for (std::size_t i = 0; i < request.strategies.size(); ++i) {
    round.cells.push_back(
        drive(request.strategies[i], block, *workload, service.ns[i], clock, seed, round.pages));
  }
  round.machine = watch.since();
  round.pinned = team.pinned();
  round.stamp_ns = clock.stamp_ns();
  round.duration_ns = clock.ns(stamp() - begin);
  return round;
}

}  // namespace tfm::bench
