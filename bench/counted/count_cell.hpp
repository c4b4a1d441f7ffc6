// SPDX-License-Identifier: MIT
// Counts one cell, from before it is made until after it is destroyed.
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
  std::uint32_t sockets_open = 0;  ///< the first ones; less than `sockets` if an open failed
  Errno open_error = Errno::ok;    ///< enospc or eopnotsupp: a limit of the strategy

  Ledger idle;                 ///< the strategy exists, without sockets
  Ledger half;                 ///< with sockets_half sockets, or as many of them as open
  Ledger open;                 ///< with sockets_open sockets
  Ledger peak;                 ///< the peak while packets flow, one CPU after the other
  std::optional<Ledger> left;  ///< after the largest of several users has closed; all had opened

  struct {
    Residency before;  ///< before the heap is aged and the strategy is made
    Residency open;    ///< with sockets_open sockets, each used once
    Residency closed;  ///< after all is closed and the strategy is destroyed
  } resident;

  std::size_t skb_headroom_bytes = 0;  ///< added to every skb; not in the ledgers

  // Packets without faults and churn. 0 if an open failed.
  std::uint64_t packets = 0;
  std::uint64_t allocations = 0;  ///< GFP_ATOMIC ones

  // With the block's faults and churn:
  std::uint64_t allocations_refused = 0;  ///< GFP_ATOMIC ones
  Tally tally;
};

/// Counts one cell, with no other cell in the process. Throws std::runtime_error with one line if
/// the cell cannot be made, an open fails with an error other than enospc or eopnotsupp, its bytes
/// are wrong, it misjudges a packet or it keeps memory.
CountedCell count_cell(const std::string& strategy, const Block& block, std::uint64_t seed,
                       const Workload& workload, Accounting& accounting, std::uint64_t packets);

}  // namespace tfm::bench
