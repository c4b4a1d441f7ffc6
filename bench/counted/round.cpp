// SPDX-License-Identifier: MIT
#include "bench/counted/round.hpp"

#include <malloc.h>

#include "bench/machine/clock.hpp"
#include "bench/machine/in_child.hpp"

namespace tfm::bench {

std::uint64_t counted_packets(const Block& block) noexcept {
  return compresses(block) ? 16384 : 65536;
}

CountedRound run_counted_round(const RoundRequest& request, Accounting& accounting,
                               std::uint64_t packets) {
  const Clock clock;
  const std::uint64_t begin = stamp();
  const Block& block = request.block;
  // Large blocks that the workload allocates and frees then leave no holes in glibc's heap for
  // strategies to use.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);  // the default; setting it stops its dynamic increase
  const auto workload = make_workload(block, request.seed, packets);
  // Derive the keys once for all cells. With churn, a socket that reopens derives its keys itself,
  // so that faults can hit the derivation.
  if (block.churn_percent == 0) workload->derive_keys();
  CountedRound round;
  for (const std::string& strategy : request.strategies) {
    round.cells.push_back(from_child(strategy, [&] {
      return count_cell(strategy, block, request.seed, *workload, accounting, packets);
    }));
  }
  round.duration_ns = clock.ns(stamp() - begin);
  return round;
}

}  // namespace tfm::bench
