// SPDX-License-Identifier: MIT
// One cell, counted from before it is made to after it is gone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bench/block.hpp"
#include "bench/cell/tally.hpp"
#include "bench/cell/workload.hpp"
#include "bench/machine/residency.hpp"

namespace tfm::bench {

struct CountedCell {
  std::uint32_t sockets_half = 0, sockets = 0;
  std::uint32_t sockets_open = 0;  ///< the first so many: fewer than `sockets` where one failed
  Errno open_error = Errno::ok;    ///< enospc or eopnotsupp: a limit of the strategy's own

  Ledger idle;                 ///< strategy made, no socket
  Ledger half;                 ///< sockets_half open, or those of them that do
  Ledger open;                 ///< sockets_open open
  Ledger peak;                 ///< when most was live while packets flowed, one CPU after the other
  std::optional<Ledger> left;  ///< the largest user of several has closed; all had opened

  struct {
    Residency before;  ///< the heap not yet aged, no strategy
    Residency open;    ///< sockets_open open, each used once
    Residency closed;  ///< all closed, the strategy unmade
  } resident;

  std::size_t skb_headroom_bytes = 0;  ///< of every skb, and in no ledger

  // Packets alone: no faults, no churn. None where an open failed.
  std::uint64_t packets = 0;
  std::uint64_t allocations = 0;  ///< GFP_ATOMIC ones

  // With the block's faults and churn.
  std::uint64_t allocations_refused = 0;  ///< GFP_ATOMIC ones
  Tally tally;
};

/// One cell, alone. Throws std::runtime_error with one line if the cell cannot be made, a socket
/// fails to open for want of memory or the like, its bytes are wrong, it misjudges a packet or
/// keeps memory.
CountedCell count_cell(const std::string& strategy, const Block& block, std::uint64_t seed,
                       const Workload& workload, Accounting& accounting, std::uint64_t packets);

}  // namespace tfm::bench
