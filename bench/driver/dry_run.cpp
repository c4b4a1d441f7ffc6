// SPDX-License-Identifier: MIT
#include "bench/driver/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "bench/driver/memory_wanted.hpp"
#include "bench/driver/sittings.hpp"

namespace tfm::bench {
namespace {

/// Prints each strategy that is left out of blocks, with the reason and these blocks.
void print_refused(const Plan& plan) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> blocks;
  for (const PlannedBlock& p : plan.blocks) {
    for (const RefusedBy& r : p.refused) blocks[{r.strategy, r.reason}].push_back(p.id);
  }
  if (blocks.empty()) return;
  fmt::print("\nstrategies left out of blocks\n");
  for (const auto& [refused, ids] : blocks) {
    fmt::print("  {}: {}\n    {}\n", refused.first, refused.second, fmt::join(ids, "\n    "));
  }
}

/// "1 block", "2 blocks".
std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::map<std::uint32_t, std::size_t> rounds_by_sitting(const std::vector<Job>& jobs) {
  std::map<std::uint32_t, std::size_t> rounds;
  for (const Job& job : jobs) ++rounds[job.sitting];
  return rounds;
}

/// Prints the rounds of each sitting, as their files number them, and how many there are.
void print_sittings(const Matrix& matrix, const std::map<std::uint32_t, std::size_t>& sittings) {
  fmt::print("{} sittings, at least {} min apart\n", matrix.sittings, sitting_gap.count());
  std::uint32_t first = 0;
  for (std::uint32_t sitting = 0; sitting < matrix.sittings; ++sitting) {
    std::uint32_t next = first;
    while (next < matrix.rounds && sitting_of(next, matrix.rounds, matrix.sittings) == sitting)
      ++next;
    const auto found = sittings.find(sitting);
    fmt::print("  sitting {}: rounds {} to {} of a block, {}\n", sitting + 1, first, next - 1,
               counted(found == sittings.end() ? 0 : found->second, "round"));
    first = next;
  }
}

/// Prints what a run with a precision has at least.
void print_looks(const Matrix& matrix, const Plan& plan, const std::vector<Job>& jobs) {
  std::size_t least = 0;
  double seconds = 0;
  for (const Job& job : jobs) {
    const PlannedBlock& planned = plan.blocks[job.block];
    if (has_looks(matrix, planned, job.pass) && job.round >= look_rounds.front()) continue;
    ++least;
    seconds += cost(planned, job.pass);
  }
  fmt::print(
      "\nprecision {} %: a block stops at a look, at {} rounds; at least {}, about {:.0f} "
      "min, and at most\n",
      matrix.precision->percent, fmt::join(look_rounds, ", "), counted(least, "round"),
      std::max(1.0, seconds / 60));
}

/// About the most that one of the block's rounds wants.
std::uint64_t most_memory(const Matrix& matrix, const PlannedBlock& planned) {
  std::uint64_t most = 0;
  for (const Pass pass : planned.passes)
    most = std::max(most, memory_wanted(planned, pass, matrix));
  return most;
}

}  // namespace

void print_dry_run(const Matrix& matrix, const Plan& plan, const std::vector<Job>& jobs) {
  std::vector<std::map<Pass, unsigned>> rounds(plan.blocks.size());
  double total = 0;
  for (const Job& job : jobs) {
    ++rounds[job.block][job.pass];
    total += cost(plan.blocks[job.block], job.pass);
  }
  fmt::print("matrix {}: strategies {}; baseline {}", matrix.name,
             fmt::join(matrix.strategies, ", "), matrix.baseline);
  const bool timed =
      std::any_of(jobs.begin(), jobs.end(), [](const Job& job) { return job.pass == Pass::timed; });
  if (timed) fmt::print(", {} in timed rounds", counted(matrix.aa_copies, "A/A cell"));
  fmt::print("\n\n{}\n", counted(plan.blocks.size(), "block"));
  for (const Pass pass : all_passes) fmt::print("{:>8} ", pass_name(pass));
  fmt::print("{:>9}  block\n", "memory");
  for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
    for (const Pass pass : all_passes) fmt::print("{:>8} ", rounds[b][pass]);
    fmt::print("{:>9}  {}\n", memory_text(most_memory(matrix, plan.blocks[b])), plan.blocks[b].id);
  }
  if (!plan.left_out.empty()) {
    fmt::print("\n{} left out\n", counted(plan.left_out.size(), "combination"));
    for (const LeftOut& out : plan.left_out) {
      fmt::print("  {}: {}\n", out.combination, out.reason);
    }
  }
  print_refused(plan);
  if (plan.merged > 0) fmt::print("\n{} merged\n", counted(plan.merged, "duplicate"));
  if (matrix.precision) print_looks(matrix, plan, jobs);
  const std::map<std::uint32_t, std::size_t> sittings = rounds_by_sitting(jobs);
  fmt::print("\n{}", counted(jobs.size(), "round"));
  if (!jobs.empty()) {
    const std::chrono::minutes gaps = (sittings.size() - 1) * sitting_gap;
    fmt::print(", about {:.0f} min", std::max(1.0, total / 60) + static_cast<double>(gaps.count()));
  }
  fmt::print("\n");
  if (matrix.sittings > 1) print_sittings(matrix, sittings);
}

}  // namespace tfm::bench
