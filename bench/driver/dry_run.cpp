// SPDX-License-Identifier: MIT
#include "bench/driver/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tfm::bench {

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
  if (plan.merged > 0) fmt::print("\n{} duplicates merged\n", plan.merged);
  // A round of a small block takes about a second (cost()).
  fmt::print("\n{} rounds, about {:.0f} min\n", jobs.size(), std::max(1.0, total / 60));
}

}  // namespace tfm::bench
