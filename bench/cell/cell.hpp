// SPDX-License-Identifier: MIT
// A cell: one strategy under one block's workload, with both types erased.
#pragma once

#include "bench/cell/roles.hpp"

namespace tfm::bench {

/// In all of its roles. Whoever makes it holds it; a pass's own parts take the role they use.
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
