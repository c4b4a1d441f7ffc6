// SPDX-License-Identifier: MIT
#include "bench/driver/dry_run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tfm::bench {

void print_dry_run(const Matrix& matrix, const Plan& plan, const std::vector<Job>& jobs) {
  std::vector<unsigned> timed(plan.blocks.size(), 0);
  std::vector<unsigned> counted(plan.blocks.size(), 0);
  double total = 0;
  for (const Job& job : jobs) {
    ++(job.counted ? counted : timed)[job.block];
    total += cost(plan.blocks[job.block], job.counted);
  }
  fmt::print("matrix {}: strategies {}; baseline {}, {} A/A cells\n", matrix.name,
             fmt::join(matrix.strategies, ", "), matrix.baseline, matrix.aa_copies);
  fmt::print("\n{} blocks\n", plan.blocks.size());
  fmt::print("{:>5} {:>7}  block\n", "timed", "counted");
  for (std::size_t b = 0; b < plan.blocks.size(); ++b) {
    fmt::print("{:>5} {:>7}  {}\n", timed[b], counted[b], plan.blocks[b].id);
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
