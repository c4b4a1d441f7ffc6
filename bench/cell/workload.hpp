// SPDX-License-Identifier: MIT
// A block's workload: its connections and packets, made once per process and shared by all of the
// block's cells.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bench/block.hpp"
#include "bench/cell/cell.hpp"
#include "runtime/algorithm.hpp"
#include "workloads/protocol.hpp"

namespace tfm::bench {

class Workload {
 public:
  virtual ~Workload() = default;

  /// Makes a cell of that strategy, with no socket open. The workload must outlive it. Errors:
  /// enoent for an unknown name; eopnotsupp for a pair that this build does not have (pairs.hpp);
  /// the strategy's own errors.
  virtual Result<std::unique_ptr<Cell>> cell(std::string_view strategy) const = 0;

  /// Derives the keys of all connections now, not when a socket opens. Then the memory that
  /// derivation allocates is not measured with the cells. Takes about 300 bytes per socket.
  virtual void derive_keys() = 0;

  virtual unsigned cpus() const = 0;
  virtual std::uint64_t polls(unsigned cpu) const = 0;
};

/// Draws and signs the packets of a block, at most `most_packets` per CPU. Throws
/// std::runtime_error with one line if the block makes no sense (an unknown name, an algorithm that
/// the protocol does not take).
std::unique_ptr<Workload> make_workload(const Block& block, std::uint64_t seed,
                                        std::size_t most_packets = SIZE_MAX);

/// Makes a cell of the strategy, with no socket open. Throws std::runtime_error with one line if
/// that fails.
std::unique_ptr<Cell> make_cell(const Workload& workload, const std::string& strategy);

/// Opens every socket. Throws std::runtime_error with one line that names the cell if one fails.
void open_sockets(CellSockets& sockets, std::string_view cell_name);

}  // namespace tfm::bench
