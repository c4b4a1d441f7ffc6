// SPDX-License-Identifier: MIT
#include "bench/driver/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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
  fmt::print(" block\n");
  for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
    for (const Pass pass : all_passes) fmt::print("{:>8} ", rounds[b][pass]);
    fmt::print(" {}\n", plan.blocks[b].id);
  }
  if (!plan.left_out.empty()) {
    fmt::print("\n{} left out\n", counted(plan.left_out.size(), "combination"));
    for (const LeftOut& out : plan.left_out) {
      fmt::print("  {}: {}\n", out.combination, out.reason);
    }
  }
  print_refused(plan);
  if (plan.merged > 0) fmt::print("\n{} merged\n", counted(plan.merged, "duplicate"));
  fmt::print("\n{}", counted(jobs.size(), "round"));
  if (!jobs.empty()) fmt::print(", about {:.0f} min", std::max(1.0, total / 60));
  fmt::print("\n");
}

}  // namespace tfm::bench
