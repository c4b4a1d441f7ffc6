// SPDX-License-Identifier: MIT
#include "bench/driver/run.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "bench/driver/choose_cores.hpp"
#include "bench/driver/dry_run.hpp"
#include "bench/driver/memory_wanted.hpp"
#include "bench/driver/report.hpp"
#include "bench/driver/run_looks.hpp"
#include "bench/driver/run_rounds.hpp"
#include "bench/machine/available_memory.hpp"
#include "bench/machine/counter_group.hpp"
#include "bench/machine/huge_pages.hpp"
#include "runtime/cores.hpp"

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

int fail(ExitCode code, std::string_view line) {
  fmt::print(stderr, "tfmbench: {}\n", line);
  return code;
}

/// What the options ask for, with the matrix's text; or what the run of --from was asked for.
OrLine<Asked> asked_by(const RunOptions& options) {
  if (options.from) {
    auto asked = asked_of(*options.from);
    if (asked) asked->command_line = options.asked.command_line;
    return asked;
  }
  return asked_of_matrix(options.asked, options.matrix);
}

/// Matrix and plan as asked for; nothing is written yet.
OrLine<RunIdentity> resolve(const RunOptions& options) {
  auto asked = asked_by(options);
  if (!asked) return tl::unexpected(asked.error());
  auto matrix = matrix_of(*asked);
  if (!matrix) return tl::unexpected(matrix.error());

  RunIdentity run;
  run.plan = plan_blocks(*matrix);
  run.matrix = std::move(*matrix);
  run.asked = std::move(*asked);
  if (run.plan.blocks.empty()) {
    // A dry run also prints the plan that a run refuses.
    if (options.dry_run) print_dry_run(run.matrix, run.plan, {});
    return tl::unexpected(
        fmt::format("{}: every combination is left out ({}: {}){}", run.asked.matrix_source,
                    run.plan.left_out.front().combination, run.plan.left_out.front().reason,
                    options.dry_run ? "" : "; see --dry-run"));
  }
  if (auto filtered = filter_blocks(run.plan, run.asked.filter); !filtered) {
    return tl::unexpected(filtered.error());
  }
  return run;
}

std::vector<Job> jobs_of(const RunIdentity& run, const std::optional<Shard>& shard) {
  std::vector<Job> jobs = schedule(run.plan, run.matrix, run.asked.seed);
  if (shard) std::erase_if(jobs, [&](const Job& job) { return !in_shard(job, *shard); });
  return jobs;
}

std::uint32_t most_cpus(const Plan& plan) {
  std::uint32_t most = 1;
  for (const PlannedBlock& p : plan.blocks) most = std::max(most, p.block.cpus);
  return most;
}

bool asks_for_huge_pages(const Plan& plan) {
  return std::any_of(plan.blocks.begin(), plan.blocks.end(),
                     [](const PlannedBlock& p) { return p.block.page_size == "huge"; });
}

/// Runs what the folder lacks of the jobs, whose number is fixed.
int run_all(Invocation& all, const std::vector<Job>& jobs) {
  all.progress.expect(jobs, "left");
  const auto left = unfinished(all, jobs);
  if (!left) return fail(bad, left.error());
  tell_noted(all, *left);
  fmt::print(stderr, "{}: {} of {} rounds to run\n", all.folder.path().string(), left->size(),
             jobs.size());
  if (jobs.empty()) fmt::print(stderr, "this shard has no rounds\n");
  return run_rounds(all, *left, jobs.size());
}

fs::path default_folder(const std::string& matrix) {
  const std::time_t now = std::time(nullptr);
  return fmt::format("results/local/{}-{:%Y%m%dT%H%M%S}", matrix, fmt::localtime(now));
}

}  // namespace

int run(const RunOptions& options) {
  auto resolved = resolve(options);
  if (!resolved) return fail(bad, resolved.error());
  RunIdentity& run = *resolved;
  if (const auto refused = no_looks(run, options.shard)) return fail(bad, *refused);
  std::vector<Job> jobs = jobs_of(run, options.shard);
  auto topology = this_topology();
  auto chosen = choose_cores(options.cores, allowed_cores(), most_cpus(run.plan), topology);
  if (options.dry_run) print_dry_run(run.matrix, run.plan, jobs);
  if (!chosen) return fail(bad, chosen.error());
  if (const auto too = too_large(run.plan, jobs, run.matrix, available_memory())) {
    return fail(bad, *too);
  }
  if (options.dry_run) return done;

  const RoundExecutables executables;
  if (auto there = executables.check(); !there) return fail(bad, there.error());
  const bool times = std::any_of(jobs.begin(), jobs.end(),
                                 [](const Job& job) { return job.pass != Pass::counted; });
  if (times && executables.ours() && !build_may_time()) {
    return fail(bad,
                "this build is not optimised or has a sanitizer, so it must not time: build the "
                "preset release");
  }
  auto hash = executables.hash();
  if (!hash) return fail(bad, hash.error());
  run.cores = std::move(chosen->cores);
  run.provenance = provenance(run.cores, std::move(topology), std::move(*hash));
  run.warnings = warnings(run.provenance);
  run.warnings.insert(run.warnings.end(), chosen->warnings.begin(), chosen->warnings.end());
  if (times && asks_for_huge_pages(run.plan) && !huge_pages_available()) {
    run.warnings.push_back(
        "the kernel gives no huge pages, so blocks with page_size = huge resolve nothing; as root: "
        "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled, or use --set page_size=base");
  }
  if (std::any_of(jobs.begin(), jobs.end(), [](const Job& j) { return j.pass == Pass::timed; })) {
    const CounterGroup counters(hardware_counters());
    if (!counters.missing().empty()) {
      run.warnings.push_back(fmt::format("hardware counters: {}", counters.missing()));
    }
  }
  if (!executables.ours()) {
    run.warnings.push_back("the round executables are not from this build (TFMBENCH_ROUND_DIR)");
  }

  const fs::path path =
      fs::absolute(options.out ? fs::path(*options.out) : default_folder(run.matrix.name))
          .lexically_normal();
  run.run = path.has_filename() ? path.filename() : path.parent_path().filename();
  std::vector<std::string> failures;
  bool any_round = false;
  {
    Interrupts interrupts;
    auto folder = RunFolder::open(path, run);
    if (!folder) return fail(bad, folder.error());
    if (auto own = folder->check_no_strangers(jobs_of(run, {})); !own) {
      return fail(bad, own.error());
    }
    jobs = jobs_of(run, options.shard);  // in the sittings that the folder knows
    for (const std::string& line : run.warnings) fmt::print(stderr, "warning: {}\n", line);

    Progress progress(run.plan);
    Invocation invocation{*folder, run,        executables, options.round_timeout,
                          {},      interrupts, progress,    Failures(run.plan)};
    if (run.matrix.precision) {
      fmt::print(stderr, "{}: rounds until nothing is open at ±{} %\n", path.string(),
                 run.matrix.precision->percent);
    }
    const int code = run.matrix.precision ? run_looks(invocation, jobs) : run_all(invocation, jobs);
    if (code != done) return code;
    failures = invocation.failures.lines();
    any_round = progress.rounds_done() > 0;
  }
  if (failures.empty()) return jobs.empty() ? done : exec_plots({"table", path.string()});
  if (any_round) run_plots({"table", path.string()});
  for (const std::string& line : failures) fmt::print(stderr, "tfmbench: {}\n", line);
  return refused;
}

}  // namespace tfm::bench
