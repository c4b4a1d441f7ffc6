// SPDX-License-Identifier: MIT
// Runs the rounds of a run that have no file yet, one process each, and notes those that cannot
// run.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "bench/driver/child.hpp"
#include "bench/driver/not_run.hpp"
#include "bench/driver/progress.hpp"
#include "bench/driver/round_executables.hpp"
#include "bench/driver/run_folder.hpp"
#include "bench/driver/sittings.hpp"

namespace tfm::bench {

/// tfmbench's exit codes. refused: a block could not run.
enum ExitCode { done = 0, refused = 1, bad = 2, interrupted = 3 };

/// What all rounds of an invocation have in common.
struct Invocation {
  const RunFolder& folder;
  const RunIdentity& run;
  const RoundExecutables& executables;
  std::optional<std::chrono::seconds> round_timeout;
  SittingEnds ends;
  Interrupts& interrupts;
  Progress& progress;
  Failures failures;
};

/// The jobs without a file. The others' ends and progress are taken over. Error: a file does not
/// belong to its job.
OrLine<std::vector<Job>> unfinished(Invocation& all, const std::vector<Job>& jobs);

/// Tells which of the jobs an earlier run has noted as not run.
void tell_noted(Invocation& all, const std::vector<Job>& jobs);

/// Says how many rounds are there and how the run goes on. Returns `interrupted`.
int tell_interrupted(Invocation& all, std::size_t of);

/// Runs the jobs. `of`: how many rounds the run has. Returns `done` even if some could not run:
/// all.failures has those.
int run_rounds(Invocation& all, const std::vector<Job>& jobs, std::size_t of);

}  // namespace tfm::bench
