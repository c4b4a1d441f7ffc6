// SPDX-License-Identifier: MIT
#include "bench/pressure/round.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "bench/pressure/rx_ring.hpp"
#include "bench/turns/service_times.hpp"
#include "workloads/traffic/arrivals.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {
namespace {

/// At twice the capacity, a trial is long enough to overflow the ring many times.
constexpr std::uint64_t trial_packets_per_slot = 16;

/// Separate random streams for the zone and for the arrivals.
constexpr std::uint64_t zone_stream = 0x7a6f6e65;
constexpr std::uint64_t arrivals_stream = 0x72696e67;

LoadSearch search(const std::string& strategy, const Block& block, const Workload& workload,
                  std::uint64_t round_seed, double service_ns, std::uint64_t least_packets) {
  const std::uint64_t packets =
      std::max(least_packets, std::uint64_t{block.ring} * trial_packets_per_slot);
  Rng rng(mix_seed(round_seed, arrivals_stream));
  const std::vector<double> arrivals = poisson_arrivals(packets, rng);
  return search_loads(service_ns, block.ring, packets, [&](double pps) {
    ZonedCell zoned(workload, strategy, zone_options(block, round_seed));
    const Trial trial = offer(zoned, {block.ring, service_ns}, arrivals, pps);
    zoned.close();
    return trial;
  });
}

}  // namespace

ZoneOptions zone_options(const Block& block, std::uint64_t round_seed) {
  return {.pages = block.pages,
          .cpus = 1,
          .seed = mix_seed(round_seed, zone_stream),
          .neighbour = busy_neighbour,
          .kswapd = busy_kswapd};
}

PressureCell press(const std::string& strategy, const Block& block, const Workload& workload,
                   std::uint64_t round_seed, double service_ns, const PressureLength& length) {
  PressureCell pressed;
  pressed.strategy = strategy;
  pressed.pages = block.pages;
  pressed.sockets = block.sockets;
  pressed.arena = open_in_arena(workload, strategy, block.pages);
  ZonedCell zoned(workload, strategy, zone_options(block, round_seed));
  pressed.sockets_open = zoned.sockets_open();
  pressed.pages_open = zoned.pages_open();
  if (zoned.cell() != nullptr) pressed.skb_headroom_bytes = zoned.cell()->skb_headroom_bytes();
  if (pressed.sockets_open > 0) {
    pressed.flow =
        run_pressure_flow(zoned, length.flow_polls, block.churn_percent / 100 * poll_packets);
    check_tally(strategy, pressed.flow.tally, Failures::injected);
  }
  zoned.close();
  pressed.search = {.service_ns = service_ns, .slots = block.ring};
  // A packet for a socket that did not open would cost no memory and be no loss. That would make
  // the strategy look better than it is.
  if (pressed.sockets_open == block.sockets) {
    pressed.search =
        search(strategy, block, workload, round_seed, service_ns, length.trial_packets);
  }
  return pressed;
}

PressureRound run_pressure_round(const RoundRequest& request) {
  const Clock clock;
  const std::uint64_t begin = stamp();
  const Block& block = request.block;
  if (block.pages == 0) throw std::runtime_error("a block without pages is not under pressure");
  if (block.cpus != 1) throw std::runtime_error("a pressure round runs on one CPU");
  const std::uint64_t seed = mix_seed(request.seed, request.round);
  Rng rng(seed);
  Team team(1, request.cores);
  const auto workload = make_workload(block, seed);
  PressureRound round;
  const MachineWatch watch;
  const ServiceTimes service = service_times(request, *workload, team, clock, rng, Direction::rx);
  round.machine = watch.since();
  round.pinned = team.pinned();
  round.pages = service.pages;  // nothing is timed in a zone
  workload->derive_keys();
  for (std::size_t i = 0; i < request.strategies.size(); ++i) {
    round.cells.push_back(press(request.strategies[i], block, *workload, seed, service.ns[i]));
  }
  round.stamp_ns = clock.stamp_ns();
  round.duration_ns = clock.ns(stamp() - begin);
  return round;
}

}  // namespace tfm::bench
