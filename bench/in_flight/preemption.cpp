// SPDX-License-Identifier: MIT
#include "bench/in_flight/preemption.hpp"

#include <algorithm>
#include <numeric>

#include "bench/cell/offload.hpp"
#include "bench/machine/simd_state.hpp"
#include "bench/median.hpp"
#include "runtime/softirq.hpp"
#include "workloads/traffic/trace.hpp"

namespace tfm::bench {
namespace {

constexpr unsigned cpu = 0;
constexpr std::uint32_t tx_slot = 0, rx_slot = 1;

class Path {
 public:
  Path(Cell& cell, std::uint64_t seed) : cell_(cell), offload_(cell.offload(2)), rng_(seed) {}

  void check_lap(std::uint64_t polls) {
    offload_->forget();
    for (std::uint64_t poll = 0; poll < polls; poll += 2) {
      const Skb* const tx = cell_.poll(cpu, poll);
      const Skb* const rx = cell_.poll(cpu, poll + 1);
      for (unsigned k = 0; k < poll_packets; ++k) interrupt(tx[k], rx[k]);
    }
  }

  void time_lap(std::uint64_t polls, const Clock& clock, bool warm_up) {
    for (std::uint64_t poll = 0; poll < polls; poll += 2) {
      const Skb* const tx = cell_.poll(cpu, poll);
      clean_simd();
      for (unsigned k = 0; k < poll_packets; ++k) {
        if (!cell_.needs_operation(tx[k])) continue;
        const auto ticks = offload_->time_section(cpu, tx[k]);
        if (!ticks) {
          ++result_.failed;
        } else if (!warm_up) {
          sections_ns_.push_back(clock.ns(*ticks));
        }
      }
    }
  }

  Preemption end(double stamp_ns) {
    result_.disturbed = leave_out_interrupted(sections_ns_);
    for (double& ns : sections_ns_) {
      ns = std::max(ns - stamp_ns, 0.0);
      result_.section.add(static_cast<std::uint64_t>(ns));
    }
    if (result_.held) result_.wait = draw_waits(sections_ns_, rng_);
    return result_;
  }

 private:
  /// If bottom halves are enabled, the softirq runs after the start or after the computation.
  void interrupt(const Skb& tx, const Skb& rx) {
    ++result_.rx_packets;
    const bool early = rng_.uniform() < 0.5;
    const bool begun = offload_->begin(cpu, tx, tx_slot);
    const bool held = begun && in_softirq();
    result_.held |= held;
    if (!held && early) receive(rx);
    offload_->compute(cpu, tx_slot);
    if (!held && !early) receive(rx);
    finish(tx_slot);
    if (!held) return;
    ++result_.rx_waited;
    receive(rx);
  }

  void receive(const Skb& rx) {
    offload_->begin(cpu, rx, rx_slot);
    offload_->compute(cpu, rx_slot);
    finish(rx_slot);
  }

  void finish(std::uint32_t slot) {
    const Verdict verdict = offload_->finish(cpu, slot, tally_);
    ++result_.checked;
    if (verdict != Verdict::right) ++result_.wrong;
  }

  const CellPackets& cell_;
  std::unique_ptr<Offload> offload_;
  Rng rng_;
  Tally tally_;
  std::vector<double> sections_ns_;
  Preemption result_;
};

}  // namespace

std::uint64_t leave_out_interrupted(std::vector<double>& sections_ns) {
  if (sections_ns.empty()) return 0;
  const double most = 16 * median(sections_ns);
  return std::erase_if(sections_ns, [&](double ns) { return ns > most; });
}

Histogram draw_waits(const std::vector<double>& sections_ns, Rng& rng) {
  std::vector<double> ends(sections_ns.size());
  std::partial_sum(sections_ns.begin(), sections_ns.end(), ends.begin());
  Histogram waits;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    const double arrival = rng.uniform() * ends.back();
    const auto end = std::upper_bound(ends.begin(), ends.end() - 1, arrival);
    waits.add(static_cast<std::uint64_t>(*end - arrival));
  }
  return waits;
}

Preemption run_preemption(Cell& cell, std::uint64_t polls, unsigned laps, const Clock& clock,
                          std::uint64_t seed) {
  Path path(cell, seed);
  path.check_lap(polls);
  path.time_lap(polls, clock, true);
  for (unsigned i = 0; i < laps; ++i) path.time_lap(polls, clock, false);
  return path.end(clock.stamp_ns());
}

}  // namespace tfm::bench
