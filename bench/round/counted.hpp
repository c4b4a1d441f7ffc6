// SPDX-License-Identifier: MIT
// The counted pass: exact memory by owner and moment, allocations on the fast path, and what
// becomes of packets when atomic allocations fail. It times nothing.
#pragma once

#include <cstdint>
#include <string>

#include "bench/block.hpp"
#include "bench/round/tally.hpp"
#include "bench/round/workload.hpp"
#include "runtime/accounting.hpp"

namespace tfm::bench {

struct CountedCell {
  std::string strategy;
  std::uint32_t sockets_half = 0, sockets = 0;
  Ledger idle;  ///< strategy made, no socket
  Ledger half;  ///< sockets_half open
  Ledger open;  ///< all open
  Ledger peak;  ///< when most was live while packets flowed, one CPU after the other

  // Packets alone: no faults, no churn.
  std::uint64_t packets = 0;
  std::uint64_t allocations = 0;  ///< GFP_ATOMIC ones

  // With the block's faults and churn.
  std::uint64_t allocations_refused = 0;  ///< GFP_ATOMIC ones
  Tally tally;
};

/// One cell, alone. `half` is the same workload with half the sockets. Throws std::runtime_error
/// with one line if the cell cannot be made, its bytes are wrong, it misjudges a packet or keeps
/// memory.
CountedCell count_cell(const std::string& strategy, const Block& block, const Workload& half,
                       const Workload& whole, Accounting& accounting);

}  // namespace tfm::bench
