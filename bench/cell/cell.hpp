// SPDX-License-Identifier: MIT
// A cell: one strategy under one block's workload, with both types erased.
#pragma once

#include "bench/cell/roles.hpp"

namespace tfm::bench {

/// A cell in all of its roles. The code that makes it owns it. The parts of a pass take only the
/// role that they use.
class Cell : public CellPolls,
             public CellSockets,
             public CellArrivals,
             public CellFootprint,
             public CellPackets,
             public CellChurn,
             public CellOffload {
 public:
  virtual ~Cell() = default;
};

}  // namespace tfm::bench
