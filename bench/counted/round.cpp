// SPDX-License-Identifier: MIT
#include "bench/counted/round.hpp"

#include <malloc.h>

#include "bench/counted/in_child.hpp"
#include "bench/machine/clock.hpp"

namespace tfm::bench {

std::uint64_t counted_packets(const Block& block) noexcept {
  return compresses(block) ? 16384 : 65536;
}

CountedRound run_counted_round(const RoundRequest& request, Accounting& accounting,
                               std::uint64_t packets) {
  const Clock clock;
  const std::uint64_t begin = stamp();
  const Block& block = request.block;
  // What the workload takes and gives back in large pieces leaves no holes in glibc's heap, then,
  // that strategies would find.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);  // its default, and no longer raised
  const auto workload = make_workload(block, request.seed, packets);
  // Derived once, and not for every cell, but where faults may strike a socket that opens again.
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
