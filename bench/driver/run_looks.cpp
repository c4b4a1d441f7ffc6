// SPDX-License-Identifier: MIT
#include "bench/driver/run_looks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "bench/driver/report.hpp"

namespace tfm::bench {
namespace {

/// By block, the rounds that it must have at its next look. Blocks without one stop.
using Wanted = std::map<std::string, std::uint32_t>;

Wanted first_look(const RunIdentity& run) {
  Wanted wanted;
  for (const PlannedBlock& p : run.plan.blocks) wanted[p.id] = look_rounds.front();
  return wanted;
}

std::optional<Wanted> parsed(const std::string& answer) {
  try {
    return nlohmann::json::parse(answer).at("rounds").get<Wanted>();
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

/// Whether the job must have run before the next look.
bool is_due(const RunIdentity& run, const Job& job, const Wanted& wanted) {
  const PlannedBlock& planned = run.plan.blocks[job.block];
  if (!has_looks(run.matrix, planned, job.pass)) return true;
  const auto found = wanted.find(planned.id);
  return found != wanted.end() && job.round < found->second;
}

}  // namespace

std::optional<std::string> no_looks(const RunIdentity& run, const std::optional<Shard>& shard) {
  if (!run.matrix.precision) return std::nullopt;
  if (shard) {
    return "--shard: a look needs all rounds of its block, so a run with a precision has no "
           "parts: use --rounds N";
  }
  if (run.matrix.sittings > 1) {
    return fmt::format(
        "a run with a precision has one sitting, and {} asks for {}: add --sittings 1, or use "
        "--rounds N",
        run.matrix.name, run.matrix.sittings);
  }
  double seconds = 0;
  for (const PlannedBlock& p : run.plan.blocks) {
    for (const Pass pass : p.passes) {
      if (has_looks(run.matrix, p, pass)) seconds += look_rounds.front() * cost(p, pass);
    }
  }
  if (seconds == 0) {
    return fmt::format(
        "no block of {} is timed in closed loop, so none has a precision: use "
        "--rounds N",
        run.matrix.name);
  }
  const auto& most = run.matrix.precision->max_time;
  if (most && static_cast<double>(most->count()) < seconds) {
    return fmt::format(
        "a max-time of {} s is too short: the first look needs {} rounds of each block, about "
        "{:.0f} s; give more, or narrow the matrix with --filter",
        most->count(), look_rounds.front(), seconds);
  }
  return std::nullopt;
}

int run_looks(Invocation& all, const std::vector<Job>& jobs) {
  std::set<std::string> asked_for;
  Wanted wanted = first_look(all.run);
  tell_noted(all, jobs);
  for (;;) {
    std::vector<Job> due;
    for (const Job& job : jobs) {
      if (is_due(all.run, job, wanted) && asked_for.insert(job.file).second) due.push_back(job);
    }
    if (due.empty()) return done;
    all.progress.expect(due, "to the next look");
    const auto left = unfinished(all, due);
    if (!left) {
      all.progress.note(fmt::format("tfmbench: {}", left.error()));
      return bad;
    }
    if (const int code = run_rounds(all, *left, all.progress.rounds()); code != done) return code;
    const auto answer = plots_answer({"look", all.folder.path().string()},
                                     [&] { return all.interrupts.pending(); });
    if (all.interrupts.pending()) return tell_interrupted(all, all.progress.rounds());
    if (answer.code != done) return bad;  // it has said why
    auto next = parsed(answer.text);
    if (!next) {
      all.progress.note(
          "tfmbench: cannot look at the rounds: plots/ gives no answer; set "
          "TFMBENCH_PLOTS to the folder of this version");
      return bad;
    }
    wanted = std::move(*next);
    all.progress.note(fmt::format("look: {} of {} blocks need more rounds", wanted.size(),
                                  all.run.plan.blocks.size()));
  }
}

}  // namespace tfm::bench
