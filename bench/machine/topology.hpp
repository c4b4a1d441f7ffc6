// SPDX-License-Identifier: MIT
// How the machine is built: packages, NUMA nodes, cores with their hardware threads, caches. Only
// this file's .cpp uses hwloc.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tfm::bench {

/// All caches of one kind. A value that cannot be read is nothing.
struct Cache {
  unsigned level;
  std::string type;  ///< "data", "instruction" or "unified"
  std::optional<std::uint64_t> bytes;
  std::optional<unsigned> line_bytes;
  unsigned threads;  ///< hardware threads that share one
  unsigned count;    ///< how many the machine has
  bool operator==(const Cache&) const = default;
};

struct Topology {
  std::optional<unsigned> packages;
  std::optional<unsigned> numa_nodes;
  /// The hardware threads of each core, by the kernel's numbers, ascending. Empty if it cannot be
  /// read which threads share a core.
  std::vector<std::vector<unsigned>> cores;
  std::vector<Cache> caches;  ///< the nearest to the cores first

  /// Whether a core has several hardware threads. Nothing if it cannot be read.
  std::optional<bool> smt() const;
  /// Of `threads`, in their order, those that are the first of their core. All of them if it cannot
  /// be read which share a core.
  std::vector<unsigned> one_per_core(std::span<const unsigned> threads) const;
};

/// This machine, whether or not this process may use all of it. Nothing if hwloc cannot read it.
std::optional<Topology> this_topology();

/// A machine that does not exist, in hwloc's synthetic form: "package:2 core:4 pu:2". Nothing if
/// the text is not valid.
std::optional<Topology> synthetic_topology(const std::string& description);

}  // namespace tfm::bench
