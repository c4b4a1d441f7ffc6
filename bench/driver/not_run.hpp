// SPDX-License-Identifier: MIT
// Rounds that could not run. Each leaves a note in the run's folder, not_run/ with the name of the
// round's file, so that the report can tell, and the next run tries it once more.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bench/driver/plan.hpp"

namespace tfm::bench {

struct NotRun {
  std::string reason;
  std::uint64_t memory_wanted_bytes = 0;  ///< as memory_wanted() estimates
  std::uint64_t memory_had_bytes = 0;     ///< the most that its process had resident
};

std::string not_run_json(const RoundRequest& request, const NotRun& note);

/// The reason in a note; words that say so if the note has none.
std::string reason_in(const std::string& note_text);

/// The rounds of this invocation that could not run. A block is given up, for the rest of the
/// invocation, after one round that failed or two that took too long; after the first of either if
/// an earlier run left a note of it.
class Failures {
 public:
  explicit Failures(const Plan& plan) : plan_(plan) {}

  void noted_before(const Job& job);
  void failed(const Job& job, const std::string& reason, bool took_too_long);

  /// Whether the job must not start, because its block was given up. Counts those that it stops.
  bool stops(const Job& job);

  bool any() const;
  /// For each block and pass: how many rounds could not run or were not started, and why.
  std::vector<std::string> lines() const;

 private:
  struct Block {
    unsigned strikes = 0;  ///< 2: given up
    unsigned failed = 0, not_started = 0;
    std::string reason;  ///< of the last one
  };
  Block& of(const Job& job) { return blocks_[{job.block, job.pass}]; }

  const Plan& plan_;
  std::map<std::pair<std::size_t, Pass>, Block> blocks_;
};

}  // namespace tfm::bench
