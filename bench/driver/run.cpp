// SPDX-License-Identifier: MIT
#include "bench/driver/run.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "bench/driver/child.hpp"
#include "bench/driver/choose_cores.hpp"
#include "bench/driver/dry_run.hpp"
#include "bench/driver/machine_json.hpp"
#include "bench/driver/progress.hpp"
#include "bench/driver/report.hpp"
#include "bench/driver/run_folder.hpp"
#include "bench/driver/sittings.hpp"
#include "bench/machine/huge_pages.hpp"
#include "bench/result_file.hpp"
#include "runtime/cores.hpp"

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

enum ExitCode { done = 0, refused = 1, bad = 2, interrupted = 3 };

int fail(ExitCode code, std::string_view line) {
  fmt::print(stderr, "tfmbench: {}\n", line);
  return code;
}

/// The two executables that measure a round.
class RoundExecutables {
 public:
  /// They are in the folder of this executable, or in TFMBENCH_ROUND_DIR.
  RoundExecutables() {
    const char* const given = std::getenv("TFMBENCH_ROUND_DIR");
    std::error_code error;
    ours_ = given == nullptr;
    folder_ = ours_ ? fs::read_symlink("/proc/self/exe", error).parent_path() : fs::path(given);
  }

  fs::path of(Pass pass) const {
    return folder_ / (pass == Pass::counted ? "tfmbench_round_counted" : "tfmbench_round");
  }
  /// Whether they are from this build. Only for this build it is known whether it may time.
  bool ours() const { return ours_; }

  OrLine<void> check() const {
    for (const Pass pass : all_passes) {
      if (::access(of(pass).c_str(), X_OK) != 0) {
        return tl::unexpected(fmt::format("{} is missing: build it", of(pass).string()));
      }
    }
    return {};
  }

 private:
  fs::path folder_;
  bool ours_;
};

/// Matrix and plan with the options applied; nothing is written yet.
OrLine<RunIdentity> resolve(const RunOptions& options) {
  const auto file = find_matrix(options.matrix);
  if (!file) return tl::unexpected(file.error());
  auto matrix = read_matrix(*file);
  if (!matrix) return tl::unexpected(matrix.error());
  for (const AxisValues& values : options.set) set_axis(*matrix, values);
  if (options.rounds) matrix->rounds = *options.rounds;
  if (options.sittings) matrix->sittings = *options.sittings;
  if (matrix->sittings > matrix->rounds) {
    return tl::unexpected(
        fmt::format("{}; see --rounds and --sittings", fewer_rounds_than_sittings(*matrix)));
  }

  RunIdentity run;
  run.plan = plan_blocks(*matrix);
  run.matrix = std::move(*matrix);
  run.seed = options.seed;
  if (run.plan.blocks.empty()) {
    // A dry run also prints the plan that a run refuses.
    if (options.dry_run) print_dry_run(run.matrix, run.plan, {});
    return tl::unexpected(fmt::format("{}: every combination is left out ({}: {}){}",
                                      file->string(), run.plan.left_out.front().combination,
                                      run.plan.left_out.front().reason,
                                      options.dry_run ? "" : "; see --dry-run"));
  }
  if (auto filtered = filter_blocks(run.plan, options.filter); !filtered) {
    return tl::unexpected(filtered.error());
  }
  return run;
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

fs::path default_folder(const std::string& matrix) {
  const std::time_t now = std::time(nullptr);
  return fmt::format("results/local/{}-{:%Y%m%dT%H%M%S}", matrix, fmt::localtime(now));
}

RoundRequest request_of(const RunIdentity& run, const Job& job) {
  const PlannedBlock& planned = run.plan.blocks[job.block];
  RoundRequest request;
  request.block = planned.block;
  request.block_id = planned.id;
  request.pass = job.pass;
  request.round = job.round;
  request.seed = job.seed;
  request.baseline = run.matrix.baseline;
  request.strategies = planned.strategies;
  // A/A copies show how large a difference appears between equal cells in time. Bytes and failures
  // are exact and need no copies.
  request.aa_copies = job.pass == Pass::timed ? run.matrix.aa_copies : 0;
  request.cores = run.cores;
  if (request.cores.size() > planned.block.cpus) request.cores.resize(planned.block.cpus);
  request.origin = {.host = run.provenance.machine.host.value_or(""),
                    .kind = machine_kind(run.provenance.machine),
                    .revision = run.provenance.git_revision};
  request.start = utc_text(utc_now());
  return request;
}

/// Reads and checks a round file. Returns when the round ended. The error names the file.
OrLine<UtcTime> check_file(const fs::path& path, const RoundRequest& request) {
  const auto text = read_whole(path);
  if (!text) return tl::unexpected(text.error());
  auto end = check_round(*text, request);
  if (!end) return tl::unexpected(fmt::format("{}: {}", path.string(), end.error()));
  return end;
}

/// The jobs without a file. Error: a file does not belong to its job.
OrLine<std::vector<Job>> unfinished(const RunFolder& folder, const RunIdentity& run,
                                    const std::vector<Job>& jobs, SittingEnds& ends,
                                    Progress& progress) {
  std::vector<Job> left;
  for (const Job& job : jobs) {
    const fs::path path = folder.round_path(job);
    std::error_code error;
    if (!fs::exists(path, error)) {
      left.push_back(job);
      continue;
    }
    const auto end = check_file(path, request_of(run, job));
    if (!end) {
      return tl::unexpected(end.error() + "; delete the file to measure that round again");
    }
    ends.ended(job.sitting, *end);
    progress.found(job);
  }
  return left;
}

/// Waits until the job's sitting may begin, or a signal comes.
void wait_for_sitting(const Job& job, const SittingEnds& ends, Interrupts& interrupts,
                      Progress& progress) {
  for (;;) {
    const auto wait = ends.wait(job.sitting, utc_now());
    if (wait.count() == 0 || interrupts.pending()) return;
    progress.waiting(job, wait);
    interrupts.wait_a_second();
  }
}

/// Runs one round and checks its file. Returns an exit code.
int run_round(const RunFolder& folder, const RunIdentity& run, const Job& job,
              const RoundExecutables& executables, SittingEnds& ends, Interrupts& interrupts,
              Progress& progress) {
  const RoundRequest request = request_of(run, job);
  const fs::path path = folder.round_path(job);
  const auto end = run_child(
      executables.of(job.pass), path, to_json(request), interrupts,
      [&](const std::string& line) { progress.note(line); }, [&] { progress.tick(); });
  const std::string which = job.pass == Pass::counted
                                ? fmt::format("counted round of {}", request.block_id)
                                : fmt::format("round {} of {}", job.round, request.block_id);
  const auto give_up = [&](ExitCode code, std::string_view what) {
    folder.sweep();
    progress.note(fmt::format("tfmbench: {}: {}", which, what));
    return static_cast<int>(code);
  };
  if (!end) return give_up(bad, end.error());
  if (end->how == ChildEnd::How::interrupted) {
    folder.sweep();
    return interrupted;
  }
  if (end->how == ChildEnd::How::signalled) {
    return give_up(refused, fmt::format("its process died of signal {} ({})", end->number,
                                        ::strsignal(end->number)));
  }
  if (end->number == interrupted) return give_up(interrupted, "its process was interrupted");
  if (end->number != done) {
    return give_up(end->number == bad ? bad : refused,
                   fmt::format("its process ended with exit code {}", end->number));
  }
  const auto ended = check_file(path, request);
  if (!ended) return give_up(refused, ended.error());
  ends.ended(job.sitting, *ended);
  return done;
}

}  // namespace

int run(const RunOptions& options) {
  auto resolved = resolve(options);
  if (!resolved) return fail(bad, resolved.error());
  RunIdentity& run = *resolved;
  const std::vector<Job> all = schedule(run.plan, run.matrix, run.seed);
  std::vector<Job> jobs = all;
  if (options.shard) {
    std::erase_if(jobs, [&](const Job& job) { return !in_shard(job, *options.shard); });
  }
  auto topology = this_topology();
  auto chosen = choose_cores(options.cores, allowed_cores(), most_cpus(run.plan), topology);
  if (options.dry_run) print_dry_run(run.matrix, run.plan, jobs);
  if (!chosen) return fail(bad, chosen.error());
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
  run.cores = std::move(chosen->cores);
  run.provenance = provenance(run.cores, std::move(topology));
  run.warnings = warnings(run.provenance);
  run.warnings.insert(run.warnings.end(), chosen->warnings.begin(), chosen->warnings.end());
  if (times && asks_for_huge_pages(run.plan) && !huge_pages_available()) {
    run.warnings.push_back(
        "the kernel gives no huge pages, so blocks with page_size = huge resolve nothing; as root: "
        "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled, or use --set page_size=base");
  }
  if (!executables.ours()) {
    run.warnings.push_back("the round executables are not from this build (TFMBENCH_ROUND_DIR)");
  }

  const fs::path path =
      fs::absolute(options.out ? fs::path(*options.out) : default_folder(run.matrix.name))
          .lexically_normal();
  run.run = path.has_filename() ? path.filename() : path.parent_path().filename();
  {
    Interrupts interrupts;
    auto folder = RunFolder::open(path, run);
    if (!folder) return fail(bad, folder.error());
    if (auto own = folder->check_no_strangers(all); !own) return fail(bad, own.error());
    for (const std::string& line : run.warnings) fmt::print(stderr, "warning: {}\n", line);

    Progress progress(run.plan, jobs);
    SittingEnds ends;
    const auto left = unfinished(*folder, run, jobs, ends, progress);
    if (!left) return fail(bad, left.error());
    fmt::print(stderr, "{}: {} of {} rounds to run\n", path.string(), left->size(), jobs.size());
    if (jobs.empty()) fmt::print(stderr, "this shard has no rounds\n");
    for (const Job& job : *left) {
      wait_for_sitting(job, ends, interrupts, progress);
      int code = interrupts.pending() ? interrupted : done;
      if (code == done) {
        progress.started(job);
        code = run_round(*folder, run, job, executables, ends, interrupts, progress);
      }
      if (code == interrupted) {
        progress.note(
            fmt::format("tfmbench: interrupted; {} of {} rounds are in {}: run again "
                        "with --out to continue",
                        progress.rounds_done(), jobs.size(), path.string()));
      }
      if (code != done) return code;
      progress.finished();
    }
    if (interrupts.pending()) return interrupted;
  }
  if (jobs.empty()) return done;
  return exec_plots({"table", path.string()});
}

}  // namespace tfm::bench
