// SPDX-License-Identifier: MIT
#include "bench/counted/count_cell.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "bench/cell/heap_age.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {
namespace {

class Count {
 public:
  Count(const std::string& strategy, const Block& block, const Workload& workload,
        Accounting& accounting, std::uint64_t packets)
      : strategy_(strategy),
        block_(block),
        workload_(workload),
        polls_(static_cast<unsigned>(packets / poll_packets)),
        accounting_(accounting),
        before_(accounting.ledger()) {}

  /// Makes the cell, counts it and destroys it.
  CountedCell life(const ResidencyWatch& watch) const {
    CountedCell counted;
    const auto cell = make_cell(workload_, strategy_);
    counted.idle = moment();
    counted.skb_headroom_bytes = cell->skb_headroom_bytes();
    const Opening opening = open(*cell, block_.sockets);
    counted.sockets = block_.sockets;
    counted.sockets_open = opening.sockets;
    counted.open_error = opening.error;
    counted.open = counted.peak = moment();
    counted.resident.open = watch.now();
    if (const std::string wrong = cell->check(4096); !wrong.empty()) {
      throw std::runtime_error(fmt::format("{}: {}", strategy_, wrong));
    }
    if (failed(opening.error)) return counted;
    run_alone(*cell, counted);
    if (block_.has_faults() || block_.churn_percent > 0) run_disturbed(*cell, counted);
    return counted;
  }

  /// Memory of the same strategy with that many sockets, or as many of them as open.
  Ledger with_sockets(std::uint32_t sockets) const {
    const auto cell = make_cell(workload_, strategy_);
    if (sockets > 0) open(*cell, sockets);
    return moment();
  }

  Ledger without_largest() const {
    const auto cell = make_cell(workload_, strategy_);
    open(*cell, block_.sockets);
    cell->close_largest();
    return moment();
  }

  void expect_nothing_kept() const {
    const Account kept = moment().total;
    if (kept == Account{}) return;
    throw std::runtime_error(fmt::format("{} keeps {} bytes in {} blocks after its sockets closed",
                                         strategy_, kept.bytes, kept.blocks));
  }

 private:
  Ledger moment() const { return accounting_.ledger() - before_; }

  /// Opens the sockets and uses each once, because EVP and magazines allocate with the first packet
  /// and keep that memory. Two errors are results and do not throw: a full table (enospc), and a
  /// scratch that the strategy does not support (eopnotsupp).
  Opening open(Cell& cell, std::uint32_t sockets) const {
    const Opening opening = cell.open_first(sockets);
    if (failed(opening.error) && opening.error != Errno::enospc &&
        opening.error != Errno::eopnotsupp) {
      throw std::runtime_error(fmt::format("{} cannot open socket {}: {}", strategy_,
                                           opening.sockets, name(opening.error)));
    }
    cell.use_each();
    return opening;
  }

  void run_alone(CellPolls& cell, CountedCell& counted) const {
    cell.set_churn(false);
    accounting_.mark_peak();
    const AllocationCounts before = accounting_.counts();
    run_traces(cell, counted.tally);
    counted.packets = counted.tally.packets;
    counted.allocations = accounting_.counts().atomic - before.atomic;
    counted.peak = accounting_.peak() - before_;
    check_tally(strategy_, counted.tally, Failures::none);
  }

  void run_disturbed(CellPolls& cell, CountedCell& counted) const {
    cell.set_churn(true);
    counted.tally = {};
    const AllocationCounts before = accounting_.counts();
    const FaultAxis& faults = block_.faults;
    if (block_.has_faults()) {
      accounting_.set_faults({.probability = faults.probability,
                              .interval = faults.interval,
                              .times = faults.times,
                              .seed = faults.seed,
                              .space = faults.space,
                              .kth = faults.kth,
                              .sticky = false,
                              .also_kernel = faults.gfp == "any"});
    }
    run_traces(cell, counted.tally);
    accounting_.clear_faults();
    counted.allocations_refused = accounting_.counts().atomic_refused - before.atomic_refused;
    check_tally(strategy_, counted.tally,
                block_.has_faults() ? Failures::injected : Failures::none);
  }

  /// A trace that is shorter wraps.
  void run_traces(CellPolls& cell, Tally& tally) const {
    for (unsigned cpu = 0; cpu < workload_.cpus(); ++cpu) {
      cell.run(cpu, polls_, tally);
    }
  }

  const std::string& strategy_;
  const Block& block_;
  const Workload& workload_;
  unsigned polls_;
  Accounting& accounting_;
  Ledger before_;
};

}  // namespace

CountedCell count_cell(const std::string& strategy, const Block& block, std::uint64_t seed,
                       const Workload& workload, Accounting& accounting, std::uint64_t packets) {
  const ResidencyWatch watch(accounting);
  const Residency before = watch.now();
  const HeapAge age(block, HeapAge::bytes_of_cell(block), seed);
  const Count count(strategy, block, workload, accounting, packets);
  CountedCell counted = count.life(watch);
  counted.resident.before = before;
  counted.resident.closed = watch.now();
  // Made only now, so that the cell above had an unused heap. The ledger starts here: a packet can
  // have made OpenSSL grow one of its own blocks, which changes the owner of that block.
  const Count after(strategy, block, workload, accounting, packets);
  counted.sockets_half = block.sockets / 2;
  counted.half = after.with_sockets(counted.sockets_half);
  const bool several_users = scratch_users(block.scratch).size() > 1;
  if (several_users && !failed(counted.open_error)) counted.left = after.without_largest();
  count.expect_nothing_kept();
  return counted;
}

}  // namespace tfm::bench
