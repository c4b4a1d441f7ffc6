// SPDX-License-Identifier: MIT
#include "bench/driver/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tfm::bench {
namespace {

/// Strategies that blocks do without, each with its reason and those blocks.
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

}  // namespace

void print_dry_run(const Matrix& matrix, const Plan& plan, const std::vector<Job>& jobs) {
  std::vector<std::map<Pass, unsigned>> rounds(plan.blocks.size());
  double total = 0;
  for (const Job& job : jobs) {
    ++rounds[job.block][job.pass];
    total += cost(plan.blocks[job.block], job.pass);
  }
  fmt::print("matrix {}: strategies {}; baseline {}, {} A/A cells in timed rounds\n", matrix.name,
             fmt::join(matrix.strategies, ", "), matrix.baseline, matrix.aa_copies);
  fmt::print("\n{} blocks\n", plan.blocks.size());
  for (const Pass pass : all_passes) fmt::print("{:>8} ", pass_name(pass));
  fmt::print(" block\n");
  for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
    for (const Pass pass : all_passes) fmt::print("{:>8} ", rounds[b][pass]);
    fmt::print(" {}\n", plan.blocks[b].id);
  }
  if (!plan.left_out.empty()) {
    fmt::print("\n{} combinations left out\n", plan.left_out.size());
    for (const LeftOut& out : plan.left_out) {
      fmt::print("  {}: {}\n", out.combination, out.reason);
    }
  }
  print_refused(plan);
  if (plan.merged > 0) fmt::print("\n{} duplicates merged\n", plan.merged);
  fmt::print("\n{} rounds, about {:.0f} min\n", jobs.size(), std::max(1.0, total / 60));
}

}  // namespace tfm::bench
