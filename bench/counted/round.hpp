// SPDX-License-Identifier: MIT
// The counted pass: exact memory by owner and moment, allocations on the fast path, and what
// happens to packets when allocations fail. It times nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/block.hpp"
#include "bench/counted/count_cell.hpp"

namespace tfm::bench {

struct CountedRound {
  double duration_ns = 0;
  std::vector<CountedCell> cells;  ///< one for each strategy of the request, in order
};

/// Packets that a counted round of this block runs on each CPU, and the largest length of its
/// trace. There are enough to show a rate of one in a thousand, and fewer if a packet takes long.
/// The counted bytes do not depend on their number.
std::uint64_t counted_packets(const Block& block) noexcept;

/// Runs each cell in a child process, so that each finds the same heap. Needs the counted gfp. The
/// process must have one thread only. `packets` is per CPU: counted_packets(), or less in tests.
/// Throws std::runtime_error with one line if a cell cannot be made, its bytes are wrong, it
/// misjudges a packet or it keeps memory.
CountedRound run_counted_round(const RoundRequest& request, Accounting& accounting,
                               std::uint64_t packets);

/// The result file's text (results/README.md).
std::string to_json(const RoundRequest& request, const CountedRound& round);

}  // namespace tfm::bench
