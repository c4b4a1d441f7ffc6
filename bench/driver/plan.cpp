// SPDX-License-Identifier: MIT
#include "bench/driver/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "bench/axes/axis.hpp"
#include "bench/axes/combinations.hpp"
#include "bench/axes/forms.hpp"
#include "bench/cell/trace_length.hpp"
#include "bench/driver/sense.hpp"
#include "bench/driver/sittings.hpp"
#include "bench/hash.hpp"
#include "runtime/algorithm.hpp"
#include "runtime/rng.hpp"

namespace tfm::bench {
namespace {

/// The block as AXIS=VALUE: the axes that every id shows, and those that differ from the default.
std::string in_words(const Block& block) {
  std::string words;
  for (const Axis& axis : axes()) {
    if (axis.is_usual(block) && !axis.always_in_id) continue;
    if (!words.empty()) words += ' ';
    words += fmt::format("{}={}", axis.name, axis.get(block));
  }
  return words;
}

/// The reason why no pass in `asked` can measure the block, or empty.
std::string no_pass(const Block& block, const Passes& asked) {
  const Passes suited = suited_passes(block);
  if (std::any_of(asked.begin(), asked.end(), [&](Pass p) { return suited.contains(p); }))
    return {};
  return fmt::format("passes has {}, but this block can only have {} rounds",
                     fmt::join(pass_names(asked), ", "), fmt::join(pass_names(suited), ", "));
}

/// Calls f(Block) for each combination. The last axis changes fastest.
template <class F>
void for_each_combination(const BlockAxes& given, F&& f) {
  std::vector<std::pair<const Axis*, const std::vector<std::string>*>> lists;
  for (const Axis& axis : axes()) {
    const auto found = given.values.find(axis.name);
    if (found != given.values.end()) lists.emplace_back(&axis, &found->second);
  }
  std::vector<std::size_t> at(lists.size(), 0);
  for (;;) {
    Block block;
    // set() cannot fail: it has accepted these values before.
    for (std::size_t i = 0; i < lists.size(); ++i) {
      (void)lists[i].first->set(block, (*lists[i].second)[at[i]]);
    }
    f(block);
    std::size_t i = lists.size();
    while (i > 0 && ++at[i - 1] == lists[i - 1].second->size()) at[--i] = 0;
    if (i == 0) return;
  }
}

void shuffle(std::vector<Job>& jobs, Rng& rng) {
  for (std::size_t i = jobs.size(); i > 1; --i) {
    std::swap(jobs[i - 1], jobs[rng.below(static_cast<std::uint32_t>(i))]);
  }
}

/// Splits the matrix's strategies into those that run the block and those that do not: they refuse
/// it, or are not `asked` for.
void choose_strategies(const Matrix& matrix, const std::set<std::string>& asked,
                       PlannedBlock& planned) {
  for (const std::string& strategy : matrix.strategies) {
    std::string reason = refusal(planned.block, strategy);
    if (reason.empty() && !asked.contains(strategy)) reason = "the matrix leaves it out here";
    if (reason.empty()) {
      planned.strategies.push_back(strategy);
    } else {
      planned.refused.push_back({strategy, std::move(reason)});
    }
  }
}

Job job(const Plan& plan, std::size_t block, Pass pass, std::uint32_t round, std::uint32_t sitting,
        std::uint64_t seed) {
  const std::string& id = plan.blocks[block].id;
  std::string file = pass == Pass::counted ? fmt::format("{}.counted.json", id)
                                           : fmt::format("{}.r{:02}.json", id, round);
  const std::uint64_t round_seed = mix_seed(seed, fnv1a(file));
  return {block, pass, round, sitting, round_seed, std::move(file)};
}

/// Seconds that runs of a flow add to a timed round: warm-ups that are up to four times as long,
/// and a longer trace to sign.
double cost_of_runs(const Block& block, double cells) {
  if (block.flow_run == 1) return 0;
  const double warm_ups = (block.sockets > 1000 ? 0.08 : 0.05) * (std::min(block.flow_run, 4U) - 1);
  const auto packets = trace_packets(block.sockets, block.flow_run, 1);
  return cells * warm_ups + 2e-6 * static_cast<double>(packets);
}

/// Measured with CLFLUSHOPT on an AMD EPYC, with 4 to 136 lines a socket and 1,000 or 100,000
/// sockets: 2.3 to 4.0 ns for a line that a poll has written, 1.4 to 3.4 ns for one that it has
/// read.
constexpr double flush_line_seconds = 4e-9;

/// Seconds that a polluted or cold cache adds to a timed round. Between polls, each 64 bytes of KIB
/// are written, in about 0.8 ns while they fit in the last cache; or the lines of 64 sockets are
/// flushed: handle, connection and two transforms, with what each holds behind the block's api. A
/// turn has as many polls as fill its time: about 22 µs each, those of `null` 2.6 µs.
double cost_of_cache(const Block& block, double cells) {
  const CacheState cache = *cache_state(block.cache);
  double between = cache.polluted_kib * 16 * 0.8e-9;
  if (cache.cold) {
    const Algorithm& algorithm = *algorithm_of(block);
    const double bytes = algorithm.transform_context_bytes + algorithm.transform_inner_bytes;
    between += 64 * (4 + 2 * bytes / 64.0) * flush_line_seconds;
  }
  const double polled = block.sockets > 1000 ? 6 * 20e-3 : 12 * 4e-3;  // seconds of polls in a cell
  return polled * (cells / 22e-6 + 1 / 2.6e-6) * between;
}

}  // namespace

Plan plan_blocks(const Matrix& matrix) {
  Plan plan;
  std::vector<std::set<std::string>> asked;  ///< of each block of the plan
  std::set<std::string> left_out;
  for (const BlockAxes& given : matrix.blocks) {
    const std::vector<std::string>& strategies =
        given.strategies ? *given.strategies : matrix.strategies;
    for_each_combination(given, [&](const Block& block) {
      std::string reason = nonsense(block, strategies);
      if (reason.empty()) reason = no_pass(block, given.passes);
      if (reason.empty()) {
        reason = refusal(block, matrix.baseline);
        if (!reason.empty()) reason = fmt::format("the baseline {}: {}", matrix.baseline, reason);
      }
      if (!reason.empty()) {
        std::string words = in_words(block);
        if (left_out.insert(words).second) plan.left_out.push_back({std::move(words), reason});
        return;
      }
      Passes passes = suited_passes(block);
      std::erase_if(passes, [&](Pass pass) { return !given.passes.contains(pass); });
      const auto same = std::find_if(plan.blocks.begin(), plan.blocks.end(),
                                     [&](const PlannedBlock& p) { return p.block == block; });
      if (same == plan.blocks.end()) {
        plan.blocks.push_back({block_id(block), block, passes, {}, {}});
        asked.emplace_back(strategies.begin(), strategies.end());
        return;
      }
      same->passes.merge(passes);
      asked[static_cast<std::size_t>(same - plan.blocks.begin())].insert(strategies.begin(),
                                                                         strategies.end());
      ++plan.merged;
    });
  }
  for (std::size_t i = 0; i < plan.blocks.size(); ++i) {
    choose_strategies(matrix, asked[i], plan.blocks[i]);
  }
  return plan;
}

OrLine<void> filter_blocks(Plan& plan, const std::vector<AxisValues>& filters) {
  for (const AxisValues& filter : filters) {
    const Axis& axis = *find_axis(filter.axis);
    std::vector<std::string> present;
    for (const PlannedBlock& p : plan.blocks) {
      const std::string value = axis.get(p.block);
      if (std::find(present.begin(), present.end(), value) == present.end()) {
        present.push_back(value);
      }
    }
    const auto is_wanted = [&](const std::string& value) {
      return std::find(filter.values.begin(), filter.values.end(), value) != filter.values.end();
    };
    if (std::none_of(present.begin(), present.end(), is_wanted)) {
      return tl::unexpected(fmt::format("--filter {}={} leaves no block; {} has {}", filter.axis,
                                        fmt::join(filter.values, ","), filter.axis,
                                        fmt::join(present, ", ")));
    }
    std::erase_if(plan.blocks,
                  [&](const PlannedBlock& p) { return !is_wanted(axis.get(p.block)); });
  }
  return {};
}

bool has_looks(const Matrix& matrix, const PlannedBlock& planned, Pass pass) {
  return matrix.precision && pass == Pass::timed && planned.block.load == "closed";
}

std::vector<Job> schedule(const Plan& plan, const Matrix& matrix, std::uint64_t seed) {
  std::vector<Job> jobs;
  Rng rng(seed);
  const std::vector<std::uint32_t> begins = matrix.sitting_begins.empty()
                                                ? even_sittings(matrix.rounds, matrix.sittings)
                                                : matrix.sitting_begins;
  const std::uint32_t most =
      matrix.precision ? std::max(matrix.rounds, look_rounds.back()) : matrix.rounds;
  for (std::uint32_t round = 0; round < most; ++round) {
    const std::uint32_t sitting = sitting_of(round, begins);
    std::vector<Job> lap;
    for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
      for (const Pass pass : plan.blocks[b].passes) {
        const std::uint32_t rounds = pass == Pass::counted                     ? 1
                                     : has_looks(matrix, plan.blocks[b], pass) ? look_rounds.back()
                                                                               : matrix.rounds;
        if (round < rounds) {
          lap.push_back(job(plan, b, pass, round, sitting, seed));
        }
      }
    }
    shuffle(lap, rng);
    jobs.insert(jobs.end(), lap.begin(), lap.end());
  }
  return jobs;
}

bool in_shard(const Job& job, const Shard& shard) {
  // The low bits of FNV-1a vary less than the high ones. One step of the generator mixes them.
  return Rng(fnv1a(job.file)).next() % shard.count == shard.index - 1;
}

double cost(const PlannedBlock& planned, Pass pass) {
  const Block& block = planned.block;
  const auto strategies = static_cast<double>(planned.strategies.size());
  // The time to open sockets is linear in their number. Turns are longer above 1,000 sockets. Aging
  // a heap allocates several times as many blocks as the sockets take. A compressed packet takes
  // tens of microseconds.
  const double opening = block.sockets / 350'000.0 * (block.heap == "aged" ? 2.5 : 1);
  const bool compresses = bench::compresses(block);
  switch (pass) {
    case Pass::timed:
      return (strategies + 1) * ((block.sockets > 1000 ? 0.25 : 0.11) + opening +
                                 (compresses ? 0.1 : 0) + (block.load == "closed" ? 0 : 0.14)) +
             cost_of_runs(block, strategies + 1) + cost_of_cache(block, strategies + 1);
    case Pass::counted:
      return strategies * (0.04 + opening + (compresses ? 0.8 : 0) * (block.has_faults() ? 2 : 1));
    case Pass::pressure:
      return strategies * (0.35 + opening);  // each trial of the search makes a zone
    case Pass::in_flight:
      return strategies * (0.12 + 2 * opening);
  }
  return 0;
}

std::chrono::seconds time_limit(const PlannedBlock& planned, Pass pass, std::uint32_t aa_copies) {
  // cost() has one A/A cell.
  const auto cells = static_cast<double>(planned.strategies.size() + 1);
  const double more = pass == Pass::timed && aa_copies > 1 ? (aa_copies - 1) / cells : 0;
  const double seconds = 10 * cost(planned, pass) * (1 + more);
  return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(std::max(seconds, 60.0))));
}

}  // namespace tfm::bench
