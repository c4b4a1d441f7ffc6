// SPDX-License-Identifier: MIT
// What a matrix asks for, worked out: the blocks, what is left out and why, and the rounds in the
// order in which they run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "bench/driver/matrix.hpp"

namespace tfm::bench {

/// A strategy of the matrix that a block does without.
struct RefusedBy {
  std::string strategy;
  std::string reason;
};

struct PlannedBlock {
  std::string id;
  Block block;
  Passes passes;                        ///< at least one of them
  std::vector<std::string> strategies;  ///< in the matrix's order, the baseline among them
  std::vector<RefusedBy> refused;       ///< the others
};

/// A combination that makes no sense.
struct LeftOut {
  std::string combination;  ///< in words
  std::string reason;
};

struct Plan {
  std::vector<PlannedBlock> blocks;  ///< in the order of the matrix, no two alike
  std::vector<LeftOut> left_out;
  std::size_t merged = 0;  ///< duplicates
};

/// Every combination of every [[block]].
Plan plan_blocks(const Matrix& matrix);

/// Keeps the blocks that have one of the values. The error says which values there are, or what
/// combination is empty.
OrLine<void> filter_blocks(Plan& plan, const std::vector<AxisValues>& filters);

/// One process to be run.
struct Job {
  std::size_t block;  ///< index into Plan::blocks
  Pass pass;
  std::uint32_t round;  ///< 0 for a counted round
  std::uint64_t seed;   ///< of the round
  std::string file;     ///< "ID.r00.json" or "ID.counted.json"
  bool operator==(const Job&) const = default;
};

/// I of N, from 1.
struct Shard {
  std::uint32_t index = 1;
  std::uint32_t count = 1;
};

/// All rounds of the plan, lap by lap: each lap holds one round of every block (the first one the
/// counted rounds as well), shuffled by the seed. So rounds of a block are spread over the run, and
/// a run that is stopped has measured all blocks about equally often.
std::vector<Job> schedule(const Plan& plan, std::uint32_t rounds, std::uint64_t seed);

/// Which shard a round belongs to depends on its file's name alone, so shards made of the same
/// matrix merge by copying their files.
bool in_shard(const Job& job, const Shard& shard);

/// About how long the round takes, in seconds of the reference runs' machine; of A/A cells there is
/// one.
double cost(const PlannedBlock& planned, Pass pass);

}  // namespace tfm::bench
