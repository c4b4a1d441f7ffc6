// SPDX-License-Identifier: MIT
// The counted pass: exact memory by owner and moment, allocations on the fast path, and what
// becomes of packets when allocations fail. It times nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "bench/counted/count_cell.hpp"

namespace tfm::bench {

struct CountedRound {
  double duration_ns = 0;
  std::vector<CountedCell> cells;  ///< of the request's strategies, in their order
};

/// Packets that a counted round of this block runs on each CPU, and the most that its trace has:
/// enough for a rate of one in a thousand to show, and fewer where each takes long. Bytes do not
/// depend on them.
std::uint64_t counted_packets(const Block& block) noexcept;

/// Each cell in a child process, so that each finds the same heap. Needs the counted gfp, and to be
/// the only thread. `packets`: on each CPU, counted_packets() but for tests. Throws
/// std::runtime_error with one line if a cell cannot be made, its bytes are wrong, it misjudges a
/// packet or keeps memory.
CountedRound run_counted_round(const RoundRequest& request, Accounting& accounting,
                               std::uint64_t packets);

/// The result file's text (results/README.md).
std::string to_json(const RoundRequest& request, const CountedRound& round);

}  // namespace tfm::bench
