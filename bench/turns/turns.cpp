// SPDX-License-Identifier: MIT
#include "bench/turns/turns.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "bench/machine/probe.hpp"
#include "bench/machine/simd_state.hpp"
#include "bench/machine/stack_places.hpp"
#include "bench/median.hpp"
#include "bench/turns/heap_place.hpp"
#include "bench/turns/lap_order.hpp"

namespace tfm::bench {
namespace {

/// The target length of a batch (20 to 100 µs is useful): long enough that a stamp does not matter,
/// short enough that dropping one batch loses little.
constexpr double batch_ns = 50'000;

long involuntary_switches() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

/// The warm-up takes up to this many times as long with runs of a flow. It need not take
/// `flow_run` times as long: a run divides the cost of a socket that is not yet in the cache among
/// its packets.
constexpr std::uint32_t longest_warm_up = 4;

struct Batch {
  double ns;
  std::uint64_t packets;
  double probe_ns;  ///< the slower of the probes before and after
  bool switched;    ///< the thread was preempted
};

/// One CPU's part of a turn.
class CpuTurn {
 public:
  /// `counters` is nullptr if nothing is counted.
  CpuTurn(CellPolls& cell, unsigned cpu, const TurnPlan& plan, const Clock& clock,
          std::uint64_t seed, const CounterGroup* counters)
      : cell_(cell),
        cpu_(cpu),
        plan_(plan),
        clock_(clock),
        counters_(counters),
        stack_(seed),
        places_(mix_seed(seed, heap_stream)),
        pollution_(plan.cache.polluted_kib * std::size_t{1024}) {}

  /// Warms up for a fixed time of polls (without what is done between them), the same for every
  /// strategy. Also computes how many polls make a batch. The number is even, with as many polls of
  /// each direction: decompression costs a fifth of compression, and the median over batches would
  /// otherwise describe one direction only.
  void warm_up() {
    heap_.draw(places_);
    clean();
    double poll_ns = 0;
    std::uint64_t polls = 0;
    while (poll_ns < plan_.warm_up_ns) {
      poll_ns += run(1);
      ++polls;
    }
    const double polls_in_batch = batch_ns * static_cast<double>(polls) / std::max(poll_ns, 1.0);
    polls_ = 2 * static_cast<unsigned>(std::clamp(std::round(polls_in_batch / 2), 1.0, 2048.0));
  }

  void measure() {
    batches_.reserve(static_cast<std::size_t>(plan_.timed_ns / batch_ns * 4));
    if (counters_ != nullptr) counts_.reserve(batches_.capacity());
    double before = probe_ns();
    long switches = involuntary_switches();
    began_ = simd_state();
    for (double timed = 0; timed < plan_.timed_ns;) {
      const std::uint64_t packets = tally_.packets;
      if (counters_ != nullptr) counts_.emplace_back(CounterReading{});
      const double ns = run(polls_);
      if (told_dirty(simd_state())) dirtied_ = true;
      const double after = probe_ns();
      const long now = involuntary_switches();
      batches_.push_back({ns, tally_.packets - packets, std::max(before, after), now != switches});
      before = after;
      switches = now;
      timed += ns;
    }
    heap_.free();
  }

  const std::vector<Batch>& batches() const { return batches_; }
  /// Of each batch; nothing: a reading was refused. Empty if nothing is counted.
  const std::vector<std::optional<CounterReading>>& counts() const { return counts_; }
  SimdState began() const { return began_; }  ///< the SIMD state before the first batch
  bool dirtied() const { return dirtied_; }   ///< whether a batch left upper halves in use
  const Tally& tally() const { return tally_; }

 private:
  void clean() const {
    if (plan_.clean_simd) bench::clean_simd();
  }
  /// The probe and the batch after it begin with a clean SIMD state.
  double probe_ns() const {
    clean();
    return clock_.ns(probe());
  }
  /// Runs and times the next polls. With a polluted or cold cache, each poll is timed separately.
  double run(unsigned polls) {
    if (plan_.cache == CacheState{}) return timed(polls);
    double ns = 0;
    for (unsigned i = 0; i < polls; ++i) {
      // Writes every cache line, as the rest of a network stack would do between two polls.
      for (std::size_t at = 0; at < pollution_.size(); at += 64) ++pollution_[at];
      if (plan_.cache.cold) cell_.flush_sockets(cpu_);
      clean();
      ns += timed(1);
    }
    return ns;
  }
  double timed(unsigned polls) {
    if (counters_ == nullptr) return stamped(polls);
    const auto before = counters_->read();
    const double ns = stamped(polls);
    const auto after = counters_->read();
    if (!counts_.empty()) add(counts_.back(), before, after);  // empty while it warms up
    return ns;
  }
  static void add(std::optional<CounterReading>& batch, const std::optional<CounterReading>& before,
                  const std::optional<CounterReading>& after) {
    if (!before || !after) {
      batch.reset();
    } else if (batch) {
      *batch += *after - *before;
    }
  }
  double stamped(unsigned polls) {
    std::uint64_t ticks = 0;
    stack_.call([&] {
      const std::uint64_t begin = stamp();
      cell_.run(cpu_, polls, tally_);
      ticks = stamp() - begin;
    });
    return clock_.ns(ticks);
  }

  CellPolls& cell_;
  unsigned cpu_;
  const TurnPlan& plan_;
  const Clock& clock_;
  const CounterGroup* counters_;
  StackPlaces stack_;
  Rng places_;
  HeapPlace heap_;  ///< moves what the fast path allocates, for this turn
  std::vector<std::uint8_t> pollution_;
  unsigned polls_ = 2;
  SimdState began_ = SimdState::unknown;
  bool dirtied_ = false;
  std::vector<Batch> batches_;
  std::vector<std::optional<CounterReading>> counts_;  ///< the last: of the batch so far
  Tally tally_;
};

/// The counts of a turn's kept batches.
struct TurnCounts {
  CounterReading sum{};
  std::uint64_t packets = 0;

  /// False if the batch has no counts that hold for all of it.
  bool add(const std::optional<CounterReading>& counts, std::uint64_t of_packets) {
    if (!counts || !counts->always_running()) return false;
    sum += *counts;
    packets += of_packets;
    return true;
  }
  std::optional<CountsPerPacket> per_packet() const {
    if (packets == 0) return std::nullopt;
    CountsPerPacket each{};
    for (std::size_t i = 0; i < each.size(); ++i) {
      each[i] = static_cast<double>(sum.counts[i]) / static_cast<double>(packets);
    }
    return each;
  }
};

/// A turn is void if it began with upper halves of SIMD registers in use on any CPU. In other
/// turns, drops and counts disturbed batches. A batch is disturbed if the thread was preempted, if
/// the probe took a third longer than its median, or if the batch took more than four times the
/// turn's median (the hypervisor took the core; no strategy's own work varies that much).
void settle(Turns& turns, const std::vector<CpuTurn>& cpus, bool counted) {
  for (const CpuTurn& turn : cpus) turns.tally += turn.tally();
  if (std::any_of(cpus.begin(), cpus.end(),
                  [](const CpuTurn& turn) { return told_dirty(turn.began()); })) {
    ++turns.turns_void;
    turns.ns_per_packet.push_back(std::nullopt);
    if (counted) turns.counts_per_packet.push_back(std::nullopt);
    return;
  }
  if (std::any_of(cpus.begin(), cpus.end(), [](const CpuTurn& turn) { return turn.dirtied(); })) {
    ++turns.turns_dirtied;
  }
  double ns = 0;
  std::uint64_t packets = 0;
  TurnCounts counts;
  for (const CpuTurn& turn : cpus) {
    std::vector<double> costs;
    std::vector<double> probes;
    for (const Batch& b : turn.batches()) {
      costs.push_back(b.ns / static_cast<double>(b.packets));
      probes.push_back(b.probe_ns);
    }
    const double usual_cost = median(costs);
    const double usual_probe = median(probes);
    for (std::size_t i = 0; i < costs.size(); ++i) {
      const Batch& b = turn.batches()[i];
      ++turns.batches;
      if (b.switched || b.probe_ns > usual_probe * 4 / 3 || costs[i] > usual_cost * 4) {
        ++turns.batches_disturbed;
        continue;
      }
      ns += b.ns;
      packets += b.packets;
      if (counted && !counts.add(turn.counts()[i], b.packets)) ++turns.batches_uncounted;
    }
  }
  turns.ns_per_packet.push_back(packets == 0 ? std::nullopt
                                             : std::optional(ns / static_cast<double>(packets)));
  if (counted) turns.counts_per_packet.push_back(counts.per_packet());
}

}  // namespace

TurnPlan TurnPlan::of(std::uint32_t sockets, std::uint32_t flow_run, const CacheState& cache,
                      bool open_loop) {
  const double ns = sockets <= 1000 ? 2e6 : 10e6;
  unsigned laps = sockets <= 1000 ? 24 : 8;
  if (open_loop) laps /= 2;
  if (cache != CacheState{}) laps = std::max(laps / 2, 6U);
  return {ns * std::min(flow_run, longest_warm_up), ns, laps, cache};
}

std::vector<Turns> run_turns(std::span<CellPolls* const> cells, const TurnPlan& plan, Team& team,
                             const Clock& clock, std::uint64_t seed, const TeamCounters* counters) {
  const bool counted = counters != nullptr && !counters->names().empty();
  std::vector<Turns> turns(cells.size());
  LapOrder order(cells.size(), seed);
  Rng stacks(mix_seed(seed, stack_stream));
  for (unsigned lap = 0; lap < plan.laps; ++lap) {
    for (const std::size_t i : order.next()) {
      std::vector<CpuTurn> cpus;
      cpus.reserve(team.cpus());
      for (unsigned cpu = 0; cpu < team.cpus(); ++cpu) {
        cpus.emplace_back(*cells[i], cpu, plan, clock, stacks.next(),
                          counted ? counters->of(cpu) : nullptr);
      }
      team.run([&](unsigned cpu) { cpus[cpu].warm_up(); });
      team.run([&](unsigned cpu) { cpus[cpu].measure(); });
      settle(turns[i], cpus, counted);
    }
  }
  return turns;
}

}  // namespace tfm::bench
