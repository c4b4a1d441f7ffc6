// SPDX-License-Identifier: MIT
// A cell whose packets have marks around their steps (marks.hpp). Apart from Cell, in objects of
// its own: compiled in one file, the marked copy of a packet's steps would change how the compiler
// lays out the one that is timed.
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

/// Makes a marked cell, with no socket open. The workload must outlive it. Throws
/// std::runtime_error with one line if that fails.
std::unique_ptr<MarkedCell> make_marked_cell(const Workload& workload, const std::string& strategy,
                                             std::uint64_t seed);

}  // namespace tfm::bench
