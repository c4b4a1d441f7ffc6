// SPDX-License-Identifier: MIT
#include "bench/driver/run_rounds.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstring>

#include "bench/driver/machine_json.hpp"
#include "bench/driver/memory_wanted.hpp"
#include "bench/result_file.hpp"

namespace tfm::bench {
namespace {

namespace fs = std::filesystem;

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
                    .revision = run.provenance.git_revision,
                    .build = run.provenance.build_hash};
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

/// How a round's process ended, in words; empty if it ended well.
std::string how_it_failed(const ChildEnd& end, std::chrono::seconds limit,
                          const std::string& last_line) {
  switch (end.how) {
    case ChildEnd::How::timed_out:
      return fmt::format("it had not ended after {} s (--round-timeout)", limit.count());
    case ChildEnd::How::signalled:
      return fmt::format("its process died of signal {} ({}{})", end.number,
                         ::strsignal(end.number),
                         end.number == SIGKILL ? ", as when memory runs out" : "");
    default:
      if (end.number == done) return {};
      return fmt::format("its process ended with exit code {}{}{}", end.number,
                         last_line.empty() ? "" : ": ", last_line);
  }
}

/// Runs one round and checks its file. A round that cannot run is noted, and the code is `done`:
/// the run goes on. The other codes end it.
int run_round(Invocation& all, const Job& job) {
  const RunIdentity& run = all.run;
  const RunFolder& folder = all.folder;
  const PlannedBlock& planned = run.plan.blocks[job.block];
  const RoundRequest request = request_of(run, job);
  const fs::path path = folder.round_path(job);
  const std::chrono::seconds limit =
      all.round_timeout.value_or(time_limit(planned, job.pass, run.matrix.aa_copies));
  std::string last_line;
  const auto end = run_child(
      all.executables.of(job.pass, planned.block), path, to_json(request), limit, all.interrupts,
      [&](const std::string& line) {
        all.progress.note(line);
        last_line = line;
      },
      [&] { all.progress.tick(); });
  const std::string which = job.pass == Pass::counted
                                ? fmt::format("counted round of {}", request.block_id)
                                : fmt::format("round {} of {}", job.round, request.block_id);
  const auto give_up = [&](ExitCode code, std::string_view what) {
    folder.sweep();
    all.progress.note(fmt::format("tfmbench: {}: {}", which, what));
    return static_cast<int>(code);
  };
  if (!end) return give_up(bad, end.error());
  if (end->how == ChildEnd::How::interrupted) {
    folder.sweep();
    return interrupted;
  }
  const bool exited = end->how == ChildEnd::How::exited;
  if (exited && end->number == interrupted) {
    return give_up(interrupted, "its process was interrupted");
  }
  std::string failure = how_it_failed(*end, limit, last_line);
  // Its file or its request was bad: the next round would fail, too.
  if (exited && end->number == bad) return give_up(bad, failure);
  if (!failure.empty()) {
    const std::uint64_t wanted = memory_wanted(planned, job.pass, run.matrix);
    failure += fmt::format("; it wanted about {} of memory and had {} at most", memory_text(wanted),
                           memory_text(end->memory_bytes));
    const auto noted =
        folder.note(job, not_run_json(request, {failure, wanted, end->memory_bytes}));
    if (!noted) return give_up(bad, noted.error());
    all.failures.failed(job, failure, end->how == ChildEnd::How::timed_out);
    all.progress.left_out(job);
    return give_up(done, failure);
  }
  const auto ended = check_file(path, request);
  if (!ended) return give_up(refused, ended.error());
  folder.forget_note(job);
  all.ends.ended(job.sitting, *ended);
  all.progress.finished();
  return done;
}

}  // namespace

OrLine<std::vector<Job>> unfinished(Invocation& all, const std::vector<Job>& jobs) {
  std::vector<Job> left;
  for (const Job& job : jobs) {
    const fs::path path = all.folder.round_path(job);
    std::error_code error;
    if (!fs::exists(path, error)) {
      left.push_back(job);
      continue;
    }
    const auto end = check_file(path, request_of(all.run, job));
    if (!end) {
      return tl::unexpected(end.error() + "; delete the file to measure that round again");
    }
    all.ends.ended(job.sitting, *end);
    all.progress.found(job);
  }
  return left;
}

void tell_noted(Invocation& all, const std::vector<Job>& jobs) {
  for (const Job& job : jobs) {
    const fs::path path = all.folder.note_path(job);
    std::error_code error;
    if (!fs::exists(path, error)) continue;
    const auto text = read_whole(path);
    fmt::print(stderr, "{} could not run before, it is tried once more: {}\n", job.file,
               text ? reason_in(*text) : text.error());
    all.failures.noted_before(job);
  }
}

int tell_interrupted(Invocation& all, std::size_t of) {
  all.progress.note(fmt::format(
      "tfmbench: interrupted; {} of {} rounds are in {}: run again with --out to continue",
      all.progress.rounds_done(), of, all.folder.path().string()));
  return interrupted;
}

int run_rounds(Invocation& all, const std::vector<Job>& jobs, std::size_t of) {
  for (const Job& job : jobs) {
    if (all.failures.stops(job)) {
      all.progress.left_out(job);
      continue;
    }
    wait_for_sitting(job, all.ends, all.interrupts, all.progress);
    int code = all.interrupts.pending() ? interrupted : done;
    if (code == done) {
      all.progress.started(job);
      code = run_round(all, job);
    }
    if (code == interrupted) tell_interrupted(all, of);
    if (code != done) return code;
  }
  return all.interrupts.pending() ? interrupted : done;
}

}  // namespace tfm::bench
