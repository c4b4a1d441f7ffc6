// SPDX-License-Identifier: MIT
#include "bench/round/counted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace tfm::bench {
namespace {

std::unique_ptr<Cell> make(const std::string& strategy, const Workload& workload) {
  auto cell = workload.cell(strategy);
  if (!cell) {
    throw std::runtime_error(fmt::format("{} cannot be made: {}", strategy, name(cell.error())));
  }
  return std::move(*cell);
}

void open(Cell& cell, const std::string& strategy) {
  if (const Errno e = cell.open(); failed(e)) {
    throw std::runtime_error(fmt::format("{} cannot open its sockets: {}", strategy, name(e)));
  }
}

/// Each CPU's whole trace, and enough packets for a rate of one in a thousand to show.
void run_traces(Cell& cell, const Workload& workload, Tally& tally) {
  for (unsigned cpu = 0; cpu < workload.cpus(); ++cpu) {
    const std::uint64_t polls = std::max<std::uint64_t>(workload.polls(cpu), 1024);
    cell.run(cpu, static_cast<unsigned>(polls), tally);
  }
}

}  // namespace

CountedCell count_cell(const std::string& strategy, const Block& block, const Workload& half,
                       const Workload& whole, Accounting& accounting) {
  CountedCell counted;
  counted.strategy = strategy;
  // Each CPU needs a socket: below that there is no half, and the other point is no socket at all.
  counted.sockets_half = block.sockets / 2 < block.cpus ? 0 : block.sockets / 2;
  counted.sockets = block.sockets;
  const Ledger before = accounting.ledger();
  if (counted.sockets_half > 0) {
    const auto cell = make(strategy, half);
    open(*cell, strategy);
    counted.half = accounting.ledger() - before;
  }
  {
    const auto cell = make(strategy, whole);
    counted.idle = accounting.ledger() - before;
    if (counted.sockets_half == 0) counted.half = counted.idle;
    open(*cell, strategy);
    if (const std::string wrong = cell->check(4096); !wrong.empty()) {
      throw std::runtime_error(fmt::format("{}: {}", strategy, wrong));
    }
    counted.open = accounting.ledger() - before;

    accounting.mark_peak();
    cell->set_churn(false);
    const AllocationCounts idle = accounting.counts();
    run_traces(*cell, whole, counted.tally);
    counted.packets = counted.tally.packets;
    counted.allocations = accounting.counts().atomic - idle.atomic;
    counted.peak = accounting.peak() - before;
    check_tally(strategy, counted.tally, Failures::none);

    if (block.has_faults() || block.churn_percent > 0) {
      cell->set_churn(true);
      counted.tally = {};
      const AllocationCounts unfaulted = accounting.counts();
      if (block.has_faults()) {
        accounting.set_faults({.probability = block.faults.probability,
                               .interval = block.faults.interval,
                               .times = block.faults.times,
                               .seed = block.faults.seed});
      }
      run_traces(*cell, whole, counted.tally);
      accounting.clear_faults();
      counted.allocations_refused = accounting.counts().atomic_refused - unfaulted.atomic_refused;
      check_tally(strategy, counted.tally,
                  block.has_faults() ? Failures::injected : Failures::none);
    }
  }
  const Ledger left = accounting.ledger() - before;
  if (left.total.bytes != 0) {
    throw std::runtime_error(fmt::format("{} keeps {} bytes in {} blocks after its sockets closed",
                                         strategy, left.total.bytes, left.total.blocks));
  }
  return counted;
}

}  // namespace tfm::bench
