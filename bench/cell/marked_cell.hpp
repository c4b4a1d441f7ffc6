// SPDX-License-Identifier: MIT
// A cell whose packets have marks around their steps. Apart from Cell, in objects of its own:
// compiled in one file, it would change how the compiler lays out what is timed.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "bench/cell/roles.hpp"
#include "bench/cell/workload.hpp"

namespace tfm::bench {

/// A strategy with the sockets of a workload, and a packet of each.
class MarkedCell {
 public:
  virtual ~MarkedCell() = default;

  /// Opens all sockets, or none.
  virtual Errno open() = 0;

  /// The packets: TX, without protection before they are sent, in an order drawn by the seed. With
  /// imix all have the size of the first.
  virtual std::span<const Skb> packets() const noexcept = 0;
  virtual std::size_t payload_bytes() const noexcept = 0;

  /// Sends each packet, in the context of TX. All sockets must be open.
  virtual void send(Tally& tally) noexcept = 0;
};

/// The workload of a block for which make_workload() has not thrown, for one strategy. Its
/// algorithm is a copy whose final() begins with a mark. A process has one such workload at a time.
std::unique_ptr<Workload> make_marked_workload(const Block& block, std::string_view strategy,
                                               std::uint64_t seed, std::size_t most_packets);

/// Makes a cell of that block and its workload, with no socket open. The workload must outlive it.
/// Throws std::runtime_error with one line if that fails, as it does for strategies with operations
/// that end later.
std::unique_ptr<MarkedCell> make_marked_cell(const Workload& workload, const Block& block,
                                             const std::string& strategy, std::uint64_t seed);

}  // namespace tfm::bench
