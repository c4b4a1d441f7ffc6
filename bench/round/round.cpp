// SPDX-License-Identifier: MIT
#include "bench/round/round.hpp"

#include <fmt/format.h>
#include <malloc.h>

#include <charconv>
#include <stdexcept>
#include <string_view>

#include "bench/round/heap_age.hpp"
#include "bench/round/in_child.hpp"

namespace tfm::bench {
namespace {

/// The number in `prefix`N`suffix`, from 1 to `most`. Throws std::runtime_error for anything else.
unsigned number_in(std::string_view text, std::string_view prefix, std::string_view suffix,
                   unsigned most) {
  unsigned number = 0;
  if (text.starts_with(prefix) && text.size() > prefix.size() + suffix.size() &&
      text.ends_with(suffix)) {
    const char* const end = text.data() + text.size() - suffix.size();
    const auto [rest, error] = std::from_chars(text.data() + prefix.size(), end, number);
    if (error == std::errc{} && rest == end && number >= 1 && number <= most) return number;
  }
  throw std::runtime_error(
      fmt::format("\"{}\" is not {}N{} with N from 1 to {}", text, prefix, suffix, most));
}

/// 0 for `closed`.
double share_of(const std::string& load) {
  return load == "closed" ? 0 : number_in(load, "", "%", 99) / 100.0;
}

/// 0 for `warm`.
unsigned polluted_kib(const std::string& cache) {
  return cache == "warm" ? 0 : number_in(cache, "polluted:", "", 1 << 20);
}

std::vector<Contender> make_cells(const RoundRequest& request, const Workload& workload) {
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

}  // namespace

std::vector<Contender> open_cells(const RoundRequest& request, const Workload& workload, Rng& rng) {
  std::vector<Contender> contenders = make_cells(request, workload);
  LapOrder order(contenders.size(), rng.next());
  for (const std::size_t i : order.next()) {
    Contender& c = contenders[i];
    const std::int64_t before = resident_bytes();
    if (const Errno e = c.cell->open(); failed(e)) {
      throw std::runtime_error(fmt::format("{} cannot open its sockets: {}", c.name, name(e)));
    }
    c.rss_bytes = resident_bytes() - before;
    if (const std::string wrong = c.cell->check(65536); !wrong.empty()) {
      throw std::runtime_error(fmt::format("{} is not timed: {}", c.name, wrong));
    }
    for (unsigned cpu = 0; cpu < workload.cpus(); ++cpu) c.cell->seek(cpu, rng.next());
  }
  return contenders;
}

TimedRound run_timed_round(const RoundRequest& request) {
  const Clock clock;
  const std::uint64_t begin = stamp();
  const Block& block = request.block;
  const double share = share_of(block.load);
  const unsigned kib = polluted_kib(block.cache);
  if (block.has_faults()) throw std::runtime_error("a block with faults is counted, never timed");
  const std::uint64_t seed = mix_seed(request.seed, request.round);
  Rng rng(seed);
  Team team(block.cpus, request.cores);
  const auto workload = make_workload(block, seed);
  const std::uint64_t cells = request.strategies.size() + request.aa_copies;
  const HeapAge age(block, HeapAge::bytes_of_cell(block) * cells, seed);
  TimedRound round;
  round.contenders = open_cells(request, *workload, rng);

  const MachineWatch watch;
  const TurnPlan plan = TurnPlan::of(block.sockets, kib, share > 0);
  run_turns(round.contenders, plan, team, clock, rng.next());
  if (share > 0) {
    round.load =
        run_open_loop(round.contenders, request.baseline, share, plan, team, clock, rng.next());
  }
  round.machine = watch.since();
  round.pinned = team.pinned();
  for (Contender& c : round.contenders) {
    check_tally(c.name, c.tally, Failures::none);
    c.cell.reset();
  }
  round.stamp_ns = clock.stamp_ns();
  round.duration_ns = clock.ns(stamp() - begin);
  return round;
}

CountedRound run_counted_round(const RoundRequest& request, Accounting& accounting,
                               std::uint64_t packets) {
  const Clock clock;
  const std::uint64_t begin = stamp();
  const Block& block = request.block;
  // What the workload takes and gives back in large pieces leaves no holes in glibc's heap, then,
  // that strategies would find.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);  // its default, and no longer raised
  const auto workload = make_workload(block, request.seed, packets);
  // Derived once, and not for every cell, but where faults may strike a socket that opens again.
  if (block.churn_percent == 0) workload->derive_keys();
  CountedRound round;
  for (const std::string& strategy : request.strategies) {
    round.cells.push_back(from_child(strategy, [&] {
      return count_cell(strategy, block, request.seed, *workload, accounting, packets);
    }));
  }
  round.duration_ns = clock.ns(stamp() - begin);
  return round;
}

}  // namespace tfm::bench
