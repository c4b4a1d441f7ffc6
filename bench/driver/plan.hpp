// SPDX-License-Identifier: MIT
// The plan of a matrix: its blocks, what is left out and why, and the rounds in the order in which
// they run.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "bench/driver/matrix.hpp"

namespace tfm::bench {

/// A strategy of the matrix that a block leaves out.
struct RefusedBy {
  std::string strategy;
  std::string reason;
};

struct PlannedBlock {
  std::string id;
  Block block;
  Passes passes;                        ///< at least one of them
  std::vector<std::string> strategies;  ///< in the matrix's order, including the baseline
  std::vector<RefusedBy> refused;       ///< the others
};

/// A combination that makes no sense.
struct LeftOut {
  std::string combination;  ///< AXIS=VALUE, joined by blanks
  std::string reason;
};

struct Plan {
  std::vector<PlannedBlock> blocks;  ///< in the order of the matrix, without duplicates
  std::vector<LeftOut> left_out;
  std::size_t merged = 0;  ///< number of duplicates
};

/// Plans every combination of every [[block]].
Plan plan_blocks(const Matrix& matrix);

/// Keeps the blocks that have one of the values, for each filter in turn. The error names a filter
/// that leaves no block, and the values that exist.
OrLine<void> filter_blocks(Plan& plan, const std::vector<AxisValues>& filters);

/// One process to run.
struct Job {
  std::size_t block;  ///< index into Plan::blocks
  Pass pass;
  std::uint32_t round;    ///< 0 for a counted round
  std::uint32_t sitting;  ///< counted from 0
  std::uint64_t seed;     ///< seed of this round
  std::string file;       ///< "ID.r00.json" or "ID.counted.json"
  bool operator==(const Job&) const = default;
};

/// Part `index` of `count`, counted from 1.
struct Shard {
  std::uint32_t index = 1;
  std::uint32_t count = 1;
};

/// Whether the block gets its rounds of this pass look by look (bench/driver/run_looks.hpp): timed
/// in closed loop, in a run with a precision.
bool has_looks(const Matrix& matrix, const PlannedBlock& planned, Pass pass);

/// All rounds of the plan, and with looks all that there can be, lap by lap. Each lap has one round
/// of every block, shuffled by the seed; the first lap has the counted rounds, too. So the rounds
/// of a block are spread over the run, and a run that is stopped has measured all blocks about
/// equally often. A sitting has whole laps.
std::vector<Job> schedule(const Plan& plan, const Matrix& matrix, std::uint64_t seed);

/// The shard of a round depends only on the name of its file. So shards of the same matrix can be
/// merged by copying their files.
bool in_shard(const Job& job, const Shard& shard);

/// About how long the round takes, in seconds on the machine of the reference runs, with one A/A
/// cell.
double cost(const PlannedBlock& planned, Pass pass);

/// How long a round may take before it counts as hung: ten times its cost, and at least a minute,
/// since a loaded machine can take seconds to start a process.
std::chrono::seconds time_limit(const PlannedBlock& planned, Pass pass, std::uint32_t aa_copies);

}  // namespace tfm::bench
