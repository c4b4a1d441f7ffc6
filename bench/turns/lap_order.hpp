// SPDX-License-Identifier: MIT
// The order of turns in a lap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/rng.hpp"

namespace tfm::bench {

/// One lap's order, a permutation; the next lap takes its reverse, so that each pair of cells is
/// measured in both orders equally often.
class LapOrder {
 public:
  LapOrder(std::size_t cells, std::uint64_t seed);
  const std::vector<std::size_t>& next();

 private:
  std::vector<std::size_t> order_;
  Rng rng_;
  bool reverse_ = true;
};

}  // namespace tfm::bench
